import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { bareEval } from "./bare.ts";

// Gives every context that is made from now on a function gc().
setFlagsFromString("--expose-gc");

test("contexts, scripts and modules that refer to themselves are collected", () => {
  const left = JSON.parse(
    bareEval(`
      const { ContextifyScript, makeContext } = internalBinding("contextify");
      const { ModuleWrap } = internalBinding("module_wrap");
      const { vm_context_no_contextify } = internalBinding("symbols");
      const refs = {};
      const watch = (name, object) => { (refs[name] ??= []).push(new WeakRef(object)); };
      const ready = (module, ...targets) => { module.link(targets); module.instantiate(); return module; };
      async function litter() {
        for (let i = 0; i < 50; i++) {
          const box = {};
          makeContext(box, "name", undefined, true, true, i % 2 === 0, Symbol("context"));
          box.self = box;
          const script = new ContextifyScript("(function () { return this; })", "f", 0, 0, undefined, false, box, Symbol("script"));
          box.inside = script.runInContext(box, -1, false, false, false);
          box.module = ready(new ModuleWrap("in", box, "export default 1", 0, 0));
          script.self = script;
          const plain = makeContext(vm_context_no_contextify, "name", undefined, true, true, true, Symbol("plain"));
          plain.self = plain;
          const text = new ModuleWrap("a", undefined, "import 'b'; export let own; export function set(value) { own = value; }", 0, 0);
          const steps = new ModuleWrap("b", undefined, ["x"], function () { this.setExport("x", [text, steps]); });
          ready(steps);
          await ready(text, steps).evaluate(-1, false);
          text.getNamespace().set(text);
          const cycle = new ModuleWrap("c", undefined, "import 'c'", 0, 0);
          ready(cycle, cycle);
          for (const [name, object] of Object.entries({ box, script, plain, text, steps, cycle, nested: box.module })) watch(name, object);
        }
      }
      (async () => {
        await litter();
        for (let i = 0; i < 10; i++) {
          for (let turn = 0; turn < 20; turn++) await 0;
          gc();
        }
        return JSON.stringify(Object.fromEntries(Object.entries(refs).map(([name, list]) => [name, list.filter((ref) => ref.deref()).length])));
      })()`),
  );
  // The last round may still be found on the stack.
  for (const [name, count] of Object.entries(left)) assert.ok((count as number) < 5, `${count} of ${name}`);
});

test("an isolate may end between the passes of its collector", () => {
  for (let i = 0; i < 20; i++) {
    bareEval(`
      const { ModuleWrap } = internalBinding("module_wrap");
      for (let i = 0; i < 500; i++) new ModuleWrap("u", undefined, "export default 1", 0, 0);
      gc({ type: "minor" }); gc({ execution: "async" });
      for (let i = 0; i < 500; i++) new ModuleWrap("u", undefined, ["x"], () => {});
      1`);
  }
});
