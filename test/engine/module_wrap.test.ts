import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSameAsNode, bareEval } from "./bare.ts";

const SETUP = `
const { ModuleWrap, createRequiredModuleFacade, throwIfPromiseRejected } = internalBinding("module_wrap");
const source = (text, url = "file:///m.mjs") => new ModuleWrap(url, undefined, text, 0, 0);
const synthetic = (names, steps = () => {}) => new ModuleWrap("node:synthetic", undefined, names, steps);
const link = (module, ...targets) => (module.link(targets), module);
const ready = (module, ...targets) => { link(module, ...targets).instantiate(); return module; };
const evaluated = (module, ...targets) => {
  try { ready(module, ...targets).evaluate(-1, false).catch(() => {}); } catch {}
  return module;
};
const values = (module) => Object.entries(module.getNamespace());
`;

/** Evaluates `expression` after the setup above, in the engine alone. */
function evaluate(expression: string): unknown {
  return JSON.parse(bareEval(`${SETUP}; JSON.stringify(${expression})`));
}

/** The same of a promise's value. */
function awaited(body: string): unknown {
  return JSON.parse(bareEval(`${SETUP}; (async () => { ${body} })().then(JSON.stringify)`));
}

test("the binding offers what Node's lib looks for, and nothing else", () => {
  assertSameAsNode(SETUP, [
    "Object.keys(internalBinding('module_wrap')).sort()",
    "Object.getOwnPropertyNames(ModuleWrap.prototype).sort()",
    "Object.entries(internalBinding('module_wrap')).filter(([, value]) => typeof value === 'number')",
  ]);
});

test("modules compile, link and evaluate", () => {
  assertSameAsNode(SETUP, [
    "Object.entries(source('export default 1\\n//# sourceMappingURL=a\\n//# sourceURL=b'))",
    "Object.entries(synthetic(['x']))",
    "values(evaluated(source('export const a = 1; export default function f() {}; export * as self from \"s\"'), synthetic([])))",
    "values(evaluated(source('import { x } from \"s\"; export const y = x + 1'), ready(synthetic(['x'], function () { this.setExport('x', 41); }))))",
    'source(\'import "s"; import {} from "s"; import "s" with { type: "json" }; import * as t from "t"\').getModuleRequests()',
    "synthetic(['x']).getModuleRequests?.().length",
    "[0, 1].map((i) => { const a = source('import \"b\"'); const b = source('import \"a\"'); a.link([b]); b.link([a]); a.instantiate(); a.evaluate(-1, false); return [a.getStatus(), b.getStatus()]; })",
    "[source('1'), ready(source('1')), evaluated(source('1'))].map((module) => module.getStatus())",
    "ready(source('await 1')).isGraphAsync()",
    "ready(source('import \"a\"'), source('await 1').constructor && link(source('await 1'))).hasTopLevelAwait()",
    "link(source('await 1')).instantiateSync()",
    "link(source('1')).instantiateSync()",
    "values(evaluated(source('throw 1')))",
  ]);
});

test("errors of modules are Node's", () => {
  const stack =
    "const lines = (fn) => { try { fn(); } catch (error) { return [error.name, error.message, error.code]; } };";
  assertSameAsNode(SETUP + stack, [
    "lines(() => source('foo bar'))",
    "lines(() => source('import \"b\"').instantiate())",
    "lines(() => source('import \"b\"').instantiateSync())",
    "lines(() => source('1').getNamespace())",
    "lines(() => source('1').getNamespaceSync())",
    "lines(() => ready(source('import { y } from \"s\"'), link(source('export const x = 1'))))",
    "lines(() => ready(source('import { y } from \"s\"'), synthetic(['x'])))",
    "lines(() => synthetic(['x']).setExport('x', 1))",
    "lines(() => ready(synthetic(['x'])).setExport('y', 1))",
    "evaluated(source('throw 5')).getError()",
    "lines(() => { const module = ready(source('throw new TypeError(\"no\")')); module.evaluate(-1, false).catch(() => {}); module.evaluateSync(); })",
    "lines(() => { const module = ready(source('while (true);')); module.evaluate(20, false); })",
    "(() => { const module = ready(source('while (true);')); try { module.evaluate(20, false); } catch {} return [module.getStatus(), module.getError()]; })()",
    "lines(() => new ModuleWrap('u', undefined, '1', 0, 0, new Uint8Array(8)))",
    "lines(() => throwIfPromiseRejected((() => { const p = Promise.reject(new Error('q')); p.catch(() => {}); return p; })()))",
    "lines(() => throwIfPromiseRejected(Promise.resolve(1)))",
  ]);
});

test("require() of modules: namespaces, facades, top-level await", () => {
  assertSameAsNode(SETUP, [
    "Object.entries(ready(source('export const a = 1')).evaluateSync('f', 'p'))",
    "Object.entries(evaluated(source('export const a = 1')).getNamespaceSync())",
    "(() => { const facade = createRequiredModuleFacade(evaluated(source('export default 1; export const b = 2'))); return [Object.keys(facade), facade.default, facade.__esModule]; })()",
  ]);
  assert.deepEqual(
    evaluate(`(() => {
      const module = ready(source("await 1"));
      try { module.evaluateSync("file.mjs", "parent.cjs"); } catch (error) { return [error.code, error.message.split("\\n").slice(1)]; }
    })()`),
    ["ERR_REQUIRE_ASYNC_MODULE", ["  From parent.cjs ", "  Requiring file.mjs "]],
  );
});

test("import() reaches the lib's callback, and its errors the promise", () => {
  const body = (callback: string) => `
    const { setImportModuleDynamicallyCallback } = internalBinding("module_wrap");
    const { ContextifyScript } = internalBinding("contextify");
    setImportModuleDynamicallyCallback(${callback});
    const script = new ContextifyScript('import("x", { with: { type: "json" } })', "f.js", 0, 0, undefined, false, undefined, Symbol("id"));
    return script.runInContext(null, -1, false, false, false).catch((error) => error.code ?? error.message);`;
  assert.deepEqual(awaited(body("async (id, ...rest) => [String(id), ...rest]")), [
    "Symbol(id)",
    "x",
    { type: "json" },
    "f.js",
  ]);
  assert.equal(awaited(body("() => 5")), "ERR_INTERNAL_ASSERTION");
  assert.equal(awaited(body("() => { throw new Error('thrown'); }")), "thrown");
  assert.equal(awaited(body("async () => { throw new Error('rejected'); }")), "rejected");
  assert.equal(awaited("return import('x').catch((error) => error.code)"), "ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING");
});

test("import() and import.meta know their module's symbol, in vm contexts too", () => {
  assert.deepEqual(
    awaited(`
      const binding = internalBinding("module_wrap");
      const { makeContext, ContextifyScript } = internalBinding("contextify");
      const { privateSymbols } = internalBinding("util");
      const log = [];
      binding.setImportModuleDynamicallyCallback(async (id, specifier) => { log.push([String(id), specifier]); });
      binding.setInitializeImportMetaObjectCallback((id, meta, wrap) => { meta.url = wrap.url; log.push([String(id), wrap === module]); });
      const module = new ModuleWrap("file:///meta.mjs", undefined, "export default import.meta.url; await import('dep')", 0, 0, Symbol("mine"));
      await ready(module).evaluate(-1, false);
      log.push(module.getNamespace().default, String(module[privateSymbols.host_defined_option_symbol]));
      const box = {};
      makeContext(box, "name", undefined, true, true, false, Symbol("context"));
      const run = (code) => new ContextifyScript(code, "f", 0, 0, undefined, false, box, Symbol("script")).runInContext(box, -1, false, false, false);
      await run("import('a')");
      await run("eval('import(\\"b\\")')");
      await run("new Function('return import(\\"c\\")')()");
      return log;`),
    [
      ["Symbol(mine)", true],
      ["Symbol(mine)", "dep"],
      "file:///meta.mjs",
      "Symbol(mine)",
      ["Symbol(script)", "a"],
      ["Symbol(script)", "b"],
      ["Symbol(script)", "c"],
    ],
  );
});

test("code caches of modules are sealed", () => {
  assert.deepEqual(
    evaluate(`(() => {
      const code = "export const answer = 42";
      const cache = source(code).createCachedData();
      const attempt = (text, data) => {
        try { return values(evaluated(new ModuleWrap("u", undefined, text, 0, 0, data))); } catch (error) { return error.code; }
      };
      const forged = Uint8Array.from(cache);
      forged[100] ^= 1;
      return [attempt(code, cache), attempt(code.replace("42", "43"), cache), attempt(code, forged)];
    })()`),
    [[["answer", 42]], "ERR_VM_MODULE_CACHED_DATA_REJECTED", "ERR_VM_MODULE_CACHED_DATA_REJECTED"],
  );
});

test("modules of different contexts do not mix", () => {
  assert.equal(
    evaluate(`(() => {
      const box = {};
      internalBinding("contextify").makeContext(box, "name", undefined, true, true, false, Symbol("id"));
      const other = new ModuleWrap("u", box, "export const x = 1", 0, 0);
      try { source("import 'x'").link([other]); } catch (error) { return error.code; }
    })()`),
    "ERR_VM_MODULE_DIFFERENT_CONTEXT",
  );
});

test("re-entrance finds V8 in no state that would end the process", () => {
  assert.deepEqual(
    evaluate(`(() => {
      const out = [];
      const attempt = (fn) => { try { out.push(typeof fn()); } catch (error) { out.push(error.code ?? error.name); } };
      const a = synthetic(["x"], () => {
        for (const module of [a, b, c])
          for (const fn of [() => module.evaluate(-1, false), () => module.evaluateSync(), () => module.getNamespaceSync(),
            () => module.instantiate(), () => module.getError(), () => module.link([a]), () => module.createCachedData(),
            () => createRequiredModuleFacade(module)])
            attempt(fn);
      });
      const b = source("import { x } from 'a'");
      const c = source("import 'a'; import 'b'");
      a.link([]);
      b.link([a]);
      b.instantiate();
      b.evaluate(-1, false);
      return [out.length, out.filter((code) => code === "ERR_REQUIRE_CYCLE_MODULE").length, a.getStatus(), b.getStatus()];
    })()`),
    [24, 6, 4, 4],
  );
});

test("getters of a linked list may do their worst", () => {
  assert.deepEqual(
    evaluate(`(() => {
      const dep = link(source("export const x = 1"));
      const module = source("import 'x'");
      const list = [0];
      Object.defineProperty(list, 0, { get() { module.link([dep]); module.instantiate(); module.evaluate(-1, false); return dep; } });
      module.link(list);
      const attempt = (fn) => { try { fn(); return "fine"; } catch (error) { return error.code ?? error.message; } };
      const throwing = [0];
      Object.defineProperty(throwing, 0, { get() { throw new Error("getter"); } });
      return [module.getStatus(), attempt(() => source("import 'x'").link(throwing)),
        attempt(() => source("import 'x'").link([])), attempt(() => source("import 'x'").link([{}])),
        attempt(() => synthetic(throwing)), attempt(() => synthetic(["x", "x"])), attempt(() => synthetic(new Array(2 ** 32 - 1)))];
    })()`),
    [
      4,
      "getter",
      "ERR_MODULE_LINK_MISMATCH",
      "ERR_INVALID_ARG_TYPE",
      "getter",
      "ERR_INVALID_ARG_TYPE",
      "ERR_INVALID_ARG_TYPE",
    ],
  );
});

test("a chain of modules too long for V8's recursion is refused", () => {
  assert.deepEqual(
    evaluate(`(() => {
      let module = ready(source("export const end = 1"));
      const grow = (count) => { for (let i = 0; i < count; i++) module = ready(source("export * from 'x'"), module); };
      grow(1000);
      const keys = Object.keys((module.evaluate(-1, false), module.getNamespace()));
      try { grow(4000); } catch (error) { return [keys, error.name]; }
    })()`),
    [["end"], "RangeError"],
  );
});

test("nothing that a hostile caller passes ends the process", () => {
  const calls = evaluate(`(() => {
    const binding = internalBinding("module_wrap");
    const refuse = () => { throw new Error("no"); };
    const throwing = { valueOf: refuse, toString: refuse, get length() { return refuse(); } };
    let random = 1;
    const next = (bound) => (random = (random * 48271) % 2147483647) % bound;
    const modules = () => [source("export default 1"), link(source("await 1")), ready(source("1")), evaluated(source("throw 1")),
      synthetic(["x"]), ready(synthetic(["x"])), evaluated(synthetic(["x"], refuse)), evaluated(source("export default 2"))];
    const values = () => [undefined, null, 0, -1, NaN, 2 ** 53, "x", 10n, true, Symbol("s"), {}, [], () => {}, throwing,
      new Proxy({}, {}), new Uint8Array(8), Promise.reject(1).catch(() => {}), ...modules()];
    const pickMany = (from, count) => Array.from({ length: count }, () => from[next(from.length)]);
    let calls = 0;
    for (let round = 0; round < 30; round++) {
      const from = values();
      const receivers = [...modules(), undefined, {}, ModuleWrap.prototype, Object.create(ModuleWrap.prototype), new Proxy(source("1"), {})];
      for (const name of Object.getOwnPropertyNames(ModuleWrap.prototype))
        for (const receiver of receivers) {
          try { ModuleWrap.prototype[name].apply(receiver, pickMany(from, next(5))); } catch {}
          calls++;
        }
      for (const fn of Object.values(binding)) {
        if (typeof fn !== "function") continue;
        for (let i = 0; i < 20; i++) {
          try { fn(...pickMany(from, next(6))); } catch {}
          try { Reflect.construct(fn, pickMany(from, next(6))); } catch {}
          calls++;
        }
      }
    }
    return calls;
  })()`);
  assert.ok((calls as number) > 1000);
});
