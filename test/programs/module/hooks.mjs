import { register, registerHooks } from "node:module";
registerHooks?.({
  resolve: (specifier, context, next) =>
    specifier.startsWith("virtual:")
      ? { url: specifier, format: "module", shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) =>
    url.startsWith("virtual:")
      ? { format: "module", source: `export default ${JSON.stringify(url)}`, shortCircuit: true }
      : next(url, context),
});
console.log((await import("virtual:one")).default, typeof register);
await import("other:two").catch((error) => console.log(error.code));
