import { builtinModules } from "node:module";
for (const name of builtinModules.filter((name) => !name.startsWith("_"))) {
  const namespace = await import(`node:${name}`);
  console.log(name, typeof namespace.default, Object.keys(namespace).length > 1);
}
