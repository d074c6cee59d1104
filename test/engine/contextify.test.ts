import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSameAsNode, bareEval } from "./bare.ts";

const SETUP = `
const { ContextifyScript, makeContext, compileFunction, compileFunctionForCJSLoader, containsModuleSyntax } =
  internalBinding("contextify");
const compile = (code, context, cached, produce = false) =>
  new ContextifyScript(code, "file.js", 0, 0, cached, produce, context, Symbol("id"));
const run = (code, context, timeout = -1, display = false) =>
  compile(code, context).runInContext(context ?? null, timeout, display, false, false);
const contextify = (object, { strings = true, wasm = true, queue = false } = {}) =>
  makeContext(object, "name", undefined, strings, wasm, queue, Symbol("context"));
const inNew = (code, object = {}, options) => (contextify(object, options), run(code, object));
const compileBody = (code, { params, extensions, context, cached, produce = false } = {}) =>
  compileFunction(code, "body.js", 0, 0, cached, produce, context, extensions, params, Symbol("id"));
`;

/** Evaluates `expression` after the setup above, in the engine alone. */
function evaluate(expression: string): unknown {
  return JSON.parse(bareEval(`${SETUP}; JSON.stringify(${expression})`));
}

test("scripts run in the principal context and in others", () => {
  assertSameAsNode(SETUP, [
    "run('1 + 1')",
    "run('globalThis.leak = 5; typeof internalBinding')",
    "inNew('a + 1', { a: 3 })",
    "inNew('typeof internalBinding + typeof globalThis.leak')",
    "inNew('[] instanceof Array') + '' + (run('[]', (() => { const o = {}; contextify(o); return o; })()) instanceof Array)",
    "Object.keys(compile('1', undefined, undefined, true))",
    "compile('1\\n//# sourceMappingURL=map.json\\n//# sourceURL=real.js')",
    "inNew('Object.prototype.toString.call(this)', new (class Foo {})())",
    "inNew('[typeof WebAssembly, typeof Intl.v8BreakIterator, Error.stackTraceLimit].join()')",
  ]);
});

test("the globals of a context are the sandbox's properties", () => {
  const box = `
    const box = { a: 1, get g() { return 5; } };
    Object.defineProperty(box, "hidden", { value: 1, enumerable: false, configurable: true });
    Object.defineProperty(box, "fixed", { value: 1, writable: false });
    const seen = (code) => {
      contextify(box);
      let result;
      try { result = run(code, box); } catch (error) { result = error.name + ": " + error.message; }
      const own = Object.getOwnPropertyDescriptors(box);
      return [result, Object.entries(own).map(([name, d]) => [name, typeof d.value, d.writable, d.enumerable, d.configurable])];
    };`;
  const codes = [
    "Object.keys(this).join()",
    "['a', 'nope', 'Array', 'hidden', 'fixed'].map((name) => name in this).join()",
    "JSON.stringify(Object.getOwnPropertyDescriptor(this, 'a'))",
    "JSON.stringify(Object.getOwnPropertyDescriptor(this, 'Array'))",
    "typeof Object.getOwnPropertyDescriptor(this, 'g').get",
    "fixed = 5; fixed",
    "'use strict'; fixed = 5",
    "'use strict'; undeclared = 5",
    "undeclared = 5; undeclared",
    "delete this.a",
    "typeof a + typeof nope",
    "Object.defineProperty(this, 'q', { value: 3 }); q",
    "Object.defineProperty(this, 'q', { get() { return 4; }, configurable: true }); q",
    "this.hasOwnProperty('a')",
    "var v = 1; delete this.v",
    "this[0] = 5; this[1] = 6; delete this[1]; [this[0], 0 in this, 1 in this, Object.keys(this)].join()",
    "Object.getOwnPropertyNames(this).slice(0, 5).join()",
    "globalThis.self = globalThis; self === globalThis",
    "function f() {} this.f === f",
    "const k = 1; let l = 2; class C {} [k + l, 'k' in this, typeof C].join()",
    "Object.create(globalThis).a",
    "const child = Object.create(globalThis); child.own = 1; [Object.keys(child), 'own' in this].join()",
    "for (const name in this) name; 1",
    "const symbol = Symbol('s'); this[symbol] = 1; [this[symbol], Object.getOwnPropertySymbols(this).length].join()",
    "Reflect.ownKeys(this).includes('a')",
    "Object.freeze(this)",
    "this.__proto__ === Object.prototype",
    "'use strict'; function strict() {} typeof this.strict",
    "a = () => 1; a()",
    "Array = 3; Array",
    "eval('var e = 1'); e",
    "(0, eval)('var e = 1'); e",
  ];
  assertSameAsNode(
    SETUP + box,
    codes.map((code) => `seen(${JSON.stringify(code)})`),
  );
});

test("sandboxes that are exotic behave as Node's", () => {
  assertSameAsNode(SETUP, [
    "inNew('g', { get g() { throw new Error('x'); } })",
    "inNew('Array', { get Array() { throw new Error('x'); } })",
    "inNew('g = 1', { set g(value) { throw new Error('x'); } })",
    "inNew('g', new Proxy({}, { get() { throw new Error('x'); } }))",
    "inNew('g', new Proxy({}, { get() { return 7; } }))",
    "inNew('g', new Proxy({}, { has() { throw new Error('x'); } }))",
    "inNew('for (const k in this) k', new Proxy({}, { ownKeys() { throw new Error('x'); } }))",
    "inNew('delete this.x', new Proxy({}, { deleteProperty() { throw new Error('x'); } }))",
    "inNew('x = 1', new Proxy({}, { set() { throw new Error('x'); } }))",
    "inNew('Object.defineProperty(this, \"x\", { value: 1 }).x', new Proxy({}, { defineProperty() { throw new Error('x'); } }))",
    "inNew('x = 1; x', Object.freeze({}))",
    "inNew('x', Object.create({ x: 4 }))",
    "inNew('Object.keys(this).join()', Object.create({ x: 4 }))",
    "inNew('typeof toString', Object.create(null))",
    "inNew('this[Symbol.toStringTag]', new Map())",
    "inNew('this.length', [1, 2, 3])",
    "inNew('x', new Proxy({ x: 1 }, {}))",
  ]);
});

test("code generation and microtasks are a context's own affair", () => {
  assertSameAsNode(SETUP, [
    "inNew('eval(\"1\")', {}, { strings: false })",
    "inNew('new Function(\"return 1\")()', {}, { strings: false })",
    "inNew('eval(\"1\")', {}, { strings: true })",
    "inNew('new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))', {}, { wasm: false })",
    "(() => { const o = {}; inNew('Promise.resolve().then(() => { done = 1; })', o, { queue: true }); return o.done; })()",
    "(() => { const o = {}; inNew('Promise.resolve().then(() => { done = 1; })', o); return String(o.done); })()",
  ]);
});

test("vm.constants.DONT_CONTEXTIFY gives an ordinary global object", () => {
  const plain = `
    const { vm_context_no_contextify } = internalBinding("symbols");
    const global = makeContext(vm_context_no_contextify, "name", undefined, true, true, false, Symbol("id"));`;
  assertSameAsNode(SETUP + plain, [
    "run('this', global) === global",
    "run('globalThis', global) === global",
    "(run('var x = 1; function f() {} let z = 3', global), [global.x, typeof global.f, global.z, Object.keys(global)])",
    "Object.isFrozen(Object.freeze(global))",
    "global instanceof Object",
  ]);
});

test("time runs out with Node's error, and only for the script at hand", () => {
  assertSameAsNode(SETUP, [
    "run('while (true);', undefined, 20)",
    "(() => { const o = {}; contextify(o); return run('while (true);', o, 20); })()",
    "(() => { const o = {}; contextify(o, { queue: true }); return run('Promise.resolve().then(() => { while (true); })', o, 20); })()",
    "run('1', undefined, 10000)",
  ]);
  // An inner limit that runs out leaves the outer one standing, and the other way round.
  assert.deepEqual(
    evaluate(`(() => {
      globalThis.inner = () => { try { run("while (true);", undefined, 20); } catch (error) { return error.code; } };
      return [run("inner()", undefined, 20000), run("inner(); 'went on'", undefined, 20000)];
    })()`),
    ["ERR_SCRIPT_EXECUTION_TIMEOUT", "went on"],
  );
  assert.deepEqual(
    evaluate(`(() => {
      let reached = "no";
      globalThis.inner = () => { try { run("while (true);", undefined, 20000); } catch (error) { reached = error.code; } };
      try { run("try { inner(); } catch {} finally { inner(); }", undefined, 20); }
      catch (error) { return [error.code, error.message, reached]; }
    })()`),
    ["ERR_SCRIPT_EXECUTION_TIMEOUT", "Script execution timed out after 20ms", "no"],
  );
});

test("errors of scripts show their source line when asked to", () => {
  const stack = `
    const top = (code, display) => {
      try { run(code, undefined, -1, display); } catch (error) { return String(error.stack).split("\\n").slice(0, 5); }
    };`;
  assertSameAsNode(SETUP + stack, [
    "top('\\n  nope()', true)",
    "top('\\n\\tnope()', true)",
    "top('foo bar', true)?.slice(0, 0)",
    "top('nope()', false).slice(0, 1)",
    "top('throw 5', true)",
  ]);
  assert.deepEqual(
    evaluate(
      "compile('foo bar') && 0".replace(
        "compile('foo bar') && 0",
        "(() => { try { compile('foo bar') } catch (e) { return e.stack.split('\\n').slice(0, 5); } })()",
      ),
    ),
    ["file.js:1", "foo bar", "    ^^^", "", "SyntaxError: Unexpected identifier 'bar'"],
  );
});

test("functions compile with parameters, extensions and into other contexts", () => {
  assertSameAsNode(SETUP, [
    "compileBody('return a + b', { params: ['a', 'b'] }).function(1, 2)",
    "compileBody('return x', { extensions: [{ x: 7 }] }).function()",
    "(() => { const o = { y: 8 }; contextify(o); return compileBody('return y', { context: o }).function(); })()",
    "Object.keys(compileBody('1', { produce: true }))",
    "Object.entries(compileBody('1\\n//# sourceMappingURL=a\\n//# sourceURL=b')).slice(1)",
    "compileBody('foo bar')",
    "compileBody('}); (function() {')",
  ]);
});

test("the CommonJS loader learns what is a module", () => {
  const load = `
    const load = (code, detect) => {
      const r = compileFunctionForCJSLoader(code, "f.js", false, detect);
      const { canParseAsESM, sourceURL, sourceMapURL } = r;
      return [Object.keys(r), canParseAsESM, r.function?.length, sourceURL, sourceMapURL, Object.getPrototypeOf(r)];
    };`;
  const codes = [
    "exports.x = require('y'); return 1",
    "import 'x'",
    "export default 1",
    "import.meta.url",
    "await 1",
    "const require = 1",
    "const require = 1; await 2",
    "const { module } = 1; const module = 2;",
    "foo bar",
    "return 1; import 'x'",
    "import('x')",
    "1\n//# sourceMappingURL=a",
    "with (a) {} await 1",
  ].map((code) => JSON.stringify(code));
  assertSameAsNode(SETUP + load, [
    ...codes.map((code) => `load(${code}, true)`),
    ...codes.map((code) => `load(${code}, false)`),
    ...codes.map((code) => `containsModuleSyntax(${code}, 'f.js')`),
    ...codes.map((code) => `containsModuleSyntax(${code}, 'f.js', 'file:///f.js', 'no CJS variables')`),
  ]);
});

test("code caches are accepted from this engine alone, for the same code", () => {
  const verdicts = evaluate(`(() => {
    const code = "globalThis.f = (x) => x * 2; f(21)";
    const made = compile(code, undefined, undefined, true).cachedData;
    const later = compile(code).createCachedData();
    const verdict = (text, data) => {
      const script = compile(text, undefined, data);
      return [script.cachedDataRejected, script.runInContext(null, -1, false, false, false)];
    };
    const forged = Uint8Array.from(made);
    forged[forged.length - 40] ^= 1;
    const signed = Uint8Array.from(made);
    signed[signed.length - 1] ^= 1;
    return [
      verdict(code, made),
      verdict(code, later),
      verdict(code, new DataView(made.buffer, made.byteOffset, made.byteLength)),
      verdict(code.replace("21", "31"), made),
      verdict(code, forged),
      verdict(code, signed),
      verdict(code, made.subarray(0, 20)),
      verdict(code, new Uint8Array(0)),
      verdict(code, new Uint8Array(100)),
      verdict(code, compileBody(code, { produce: true }).cachedData),
      verdict(code, new Uint8Array(new SharedArrayBuffer(64))),
    ];
  })()`);
  const accepted = [false, 42];
  const rejected = [true, 42];
  assert.deepEqual(verdicts, [accepted, accepted, accepted, [true, 62], ...new Array(7).fill(rejected)]);
  assert.deepEqual(
    evaluate(`(() => {
      const made = compileBody("return a", { params: ["a"], produce: true }).cachedData;
      const verdict = (options) => compileBody("return a", { ...options, cached: made }).cachedDataRejected;
      return [verdict({ params: ["a"] }), verdict({ params: ["b"] }), verdict({}), verdict({ params: ["a"], extensions: [{}] })];
    })()`),
    [false, true, true, true],
  );
});

test("memory is measured in a promise", () => {
  const result = JSON.parse(
    bareEval(`(async () => {
      const { measureMemory, constants } = internalBinding("contextify");
      const { mode, execution } = constants.measureMemory;
      return JSON.stringify(await measureMemory(mode.SUMMARY, execution.EAGER));
    })()`),
  );
  assert.ok(result.total.jsMemoryEstimate > 0);
});

test("nothing that a hostile caller passes ends the process", () => {
  const calls = evaluate(`(() => {
    const binding = internalBinding("contextify");
    const refuse = () => { throw new Error("no"); };
    const throwing = { valueOf: refuse, toString: refuse, get length() { return refuse(); } };
    const values = [undefined, null, 0, -1, NaN, 2 ** 53, "x", 10n, true, Symbol("s"), {}, [], () => {}, throwing,
      new Proxy({}, {}), new Proxy(function () {}, {}), new Uint8Array(8), new SharedArrayBuffer(8), Object.create(null)];
    let random = 1;
    const pick = () => values[(random = (random * 48271) % 2147483647) % values.length];
    const pickMany = (count) => Array.from({ length: count }, pick);
    let calls = 0;
    for (const name of Object.keys(binding)) {
      const fn = binding[name];
      if (typeof fn !== "function" || name === "measureMemory") continue;
      for (let i = 0; i < 200; i++) {
        try { fn.apply(pick(), pickMany(i % 11)); } catch {}
        try { Reflect.construct(fn, pickMany(i % 11)); } catch {}
        calls++;
      }
    }
    const receivers = [undefined, null, {}, ContextifyScript.prototype, Object.create(ContextifyScript.prototype),
      new Proxy(compile("1"), {}), internalBinding("module_wrap").ModuleWrap.prototype, compile("1")];
    for (const name of Object.getOwnPropertyNames(ContextifyScript.prototype))
      for (const receiver of receivers)
        for (let i = 0; i < 50; i++) {
          try { ContextifyScript.prototype[name].apply(receiver, pickMany(i % 6)); } catch {}
          calls++;
        }
    return calls;
  })()`);
  assert.ok((calls as number) > 1000);
});

test("contexts entangle without harm", () => {
  assert.deepEqual(
    evaluate(`(() => {
      const out = [];
      // A sandbox whose prototype is the global that forwards to it.
      const loop = {};
      contextify(loop);
      Object.setPrototypeOf(loop, run("this", loop));
      for (const code of ["x = 1", "missing in this", "this.y", "delete this.z", "Object.keys(this)", "typeof w"])
        try { run(code, loop); } catch (error) { out.push(error.name); }
      // A global as the sandbox of another context, over and over.
      let chain = {};
      for (let i = 0; i < 60; i++) { contextify(chain); chain = run("this", chain); }
      try { contextify(chain); run("deep = 1; deep", chain); } catch (error) { out.push(error.name); }
      const twice = {};
      contextify(twice);
      try { contextify(twice); out.push("twice"); } catch (error) { out.push(error.code); }
      // Microtasks of a context that nobody holds any more.
      for (let i = 0; i < 50; i++) { const o = {}; contextify(o, { queue: true }); run("f = () => { Promise.resolve().then(() => f); }; f()", o); }
      // A script that runs itself.
      globalThis.self = compile("self.runInContext(null, -1, false, false, false)");
      try { self.runInContext(null, -1, false, false, false); } catch (error) { out.push(error.name); }
      return out.filter((name) => !["RangeError", "ReferenceError"].includes(name));
    })()`),
    ["ERR_INVALID_ARG_TYPE"],
  );
});
