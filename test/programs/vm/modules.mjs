// run: {"nodeArgs": ["--experimental-vm-modules", "--no-warnings"]}
import vm from "node:vm";
const context = vm.createContext({ print: console.log });
const module = new vm.SourceTextModule(
  "import value, { named } from 'dep'; export const result = value + named; print(import.meta.mark); export default await Promise.resolve(1)",
  {
    context,
    identifier: "main.mjs",
    initializeImportMeta: (meta) => (meta.mark = "marked"),
  },
);
console.log(module.status, module.dependencySpecifiers, module.identifier);
const dependency = new vm.SyntheticModule(
  ["default", "named"],
  function () {
    this.setExport("default", 40);
    this.setExport("named", 2);
  },
  { context },
);
await module.link((specifier, referencing) => (console.log(specifier, referencing === module), dependency));
await module.evaluate();
console.log(module.status, module.namespace.result, module.namespace.default, module);
const failing = new vm.SourceTextModule("throw new RangeError('evaluated')");
await failing.link(() => {});
await failing.evaluate().catch((error) => console.log(error.message, failing.status, failing.error.name));
try {
  new vm.SourceTextModule("export default", { identifier: "broken.mjs" });
} catch (error) {
  console.log(error.name, error.message);
}
await new vm.SourceTextModule("import 'x'")
  .link(() => Promise.reject(new Error("no link")))
  .catch((error) => console.log(error.message));
await new vm.SourceTextModule("1").evaluate().catch((error) => console.log(error.code));
const dynamic = new vm.SourceTextModule("export const got = (await import('asked')).default", {
  importModuleDynamically: async (specifier) => {
    const m = new vm.SyntheticModule(["default"], function () {
      this.setExport("default", `dynamic ${specifier}`);
    });
    await m.link(() => {});
    await m.evaluate();
    return m;
  },
});
await dynamic.link(() => {});
await dynamic.evaluate();
console.log(dynamic.namespace.got);
