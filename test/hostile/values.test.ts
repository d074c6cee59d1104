import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { types } from "node:util";
import { NodeRuntime } from "secure-exec";
import { battleground } from "../support/hostile.ts";

/** Defines `attempt(value)`: hands a value over, or prints why it does not travel. */
const ATTEMPT = `
  const attempt = (make) => {
    try {
      globalThis.__return(make());
      console.log("returned");
    } catch (error) {
      console.log(error.name);
    }
  };`;

/** Asserts that a value is made of this realm's plain data alone. */
function assertPlain(value: unknown, seen = new Set<unknown>()): void {
  assert.notEqual(typeof value, "function");
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  assert.ok(!types.isProxy(value));
  const prototype = Object.getPrototypeOf(value);
  assert.equal(prototype, globalThis[prototype.constructor.name as "Object"].prototype, "a prototype of the host");
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    // V8's own accessor.
    if (key === "stack" && types.isNativeError(value)) continue;
    assert.ok("value" in property, `${key} is data`);
    assertPlain(property.value, seen);
  }
  if (value instanceof Map) for (const entry of value) assertPlain(entry, seen);
  if (value instanceof Set) for (const member of value) assertPlain(member, seen);
}

describe("what a program hands to the host is data, whatever the program did to get there", () => {
  const ground = battleground();
  const run = (code: string) => ground.withVm((vm) => vm.run<any>(code, { timeout: 30_000 }));

  // As in CVE-2026-22709 and CVE-2026-24120.
  test("promises, thenables with functions and their like do not travel", async () => {
    const { stdout, value } = await run(`${ATTEMPT}
      class Own extends Promise { static get [Symbol.species]() { return function (run) { run(() => {}, () => {}); }; } }
      attempt(() => Promise.resolve(1));
      attempt(() => (async () => 1)());
      attempt(() => Own.resolve(1));
      attempt(() => ({ then(resolve) { resolve(1); } }));
      attempt(() => ({ deep: [new Map([[1, { then: async () => {} }]])] }));
      attempt(() => new Proxy({}, {}));
      attempt(() => new Proxy([], { get: () => 1 }));
      attempt(() => new SharedArrayBuffer(8));
      attempt(() => new MessageChannel().port1);
      attempt(() => new WebAssembly.Memory({ initial: 1 }));
      attempt(() => new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
      attempt(() => new Blob(["x"]));
      attempt(() => globalThis.__return);
      attempt(() => process);
      attempt(() => (function* () {})());
      attempt(() => Symbol("s"));`);
    assert.deepEqual(new Set(stdout.trim().split("\n")), new Set(["DataCloneError"]));
    assert.equal(value, undefined);
  });

  test("a property called `then` is one like others", async () => {
    const { value } = await run(`globalThis.__return({ then: "text", catch: null, [Symbol.toStringTag]: "Promise" });`);
    assert.deepEqual(Object.entries(value), [
      ["then", "text"],
      ["catch", null],
    ]);
  });

  test("classes, their getters and their species stay behind", async () => {
    const { value } = await run(`
      class List extends Array { static get [Symbol.species]() { return () => process; } get extra() { return 1; } }
      class Bytes extends Uint8Array { get length() { return 1e9; } get byteLength() { return 1e9; } }
      class Table extends Map { get() { return process; } get size() { return 9; } *[Symbol.iterator]() { yield [1]; } }
      class Point { #secret = 1; x = 1; get y() { return process; } toJSON() { return "json"; } }
      const bytes = new Bytes([1, 2, 3]);
      globalThis.__return({
        list: List.from([1, 2]), bytes, table: new Table([["a", 1]]), point: new Point(), date: new (class extends Date {})(0),
        bare: Object.assign(Object.create(null), { x: 1 }), accessor: { get now() { return "read once"; } },
        regexp: Object.assign(/x/g, { exec: () => {}, lastIndex: 5 }), boxed: [Object(1), Object("s"), Object(true), Object(1n)],
      });`);
    assertPlain(value);
    assert.deepEqual(value.list, [1, 2]);
    assert.deepEqual(value.bytes, Uint8Array.of(1, 2, 3));
    assert.deepEqual(value.table, new Map([["a", 1]]));
    assert.deepEqual(
      { point: value.point, bare: value.bare, accessor: value.accessor },
      {
        point: { x: 1 },
        bare: { x: 1 },
        accessor: { now: "read once" },
      },
    );
  });

  test("builtins that the program replaced have no part in it", async () => {
    const { value, exitCode } = await run(`
      const hand = globalThis.__return;
      const data = { list: [1, [2, 3]], bytes: new Uint8Array([1, 2]), map: new Map([[1, new Set([2])]]), text: "x", date: new Date(0) };
      const { defineProperty, getOwnPropertyNames } = Object;
      for (const Class of [Array, Map, Set, Uint8Array, Object.getPrototypeOf(Uint8Array), ArrayBuffer, Promise, String, Date, Function]) {
        defineProperty(Class, Symbol.species, { get: () => { throw new Error("species"); } });
        for (const key of getOwnPropertyNames(Class.prototype)) {
          if (key === "constructor") continue;
          try { defineProperty(Class.prototype, key, { get: () => () => { throw new Error(key); }, configurable: true }); } catch {}
        }
      }
      for (const key of ["0", "1", "then", "value", "get", "list", "toJSON", "buffer"])
        defineProperty(Object.prototype, key, { __proto__: null, get() { return "polluted"; }, set() {}, configurable: true });
      hand(data);
      for (const key of ["0", "1", "then", "value", "get", "list", "toJSON", "buffer"]) delete Object.prototype[key];
      process.reallyExit(0);`);
    assert.equal(exitCode, 0);
    assertPlain(value);
    assert.deepEqual(value, {
      list: [1, [2, 3]],
      bytes: Uint8Array.of(1, 2),
      map: new Map([[1, new Set([2])]]),
      text: "x",
      date: new Date(0),
    });
  });

  test("names of prototypes are names", async () => {
    const { value } = await run(`
      globalThis.__return(JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "a": [{"__proto__": [1]}]}'));`);
    assert.equal(({} as any).polluted, undefined);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.deepEqual(Object.keys(value), ["__proto__", "constructor", "a"]);
    assert.equal(Object.getPrototypeOf(value.a[0]), Object.prototype);
  });

  // As in GHSA-55hx.
  test("errors are the host's own, and carry nothing else over", async () => {
    const { value, stdout } = await run(`
      const hand = globalThis.__return;
      const smuggled = () => process;
      const aggregate = new AggregateError([smuggled, new Proxy({}, {})], "many", { cause: new AggregateError([smuggled], "inner") });
      const circular = new TypeError("circular");
      circular.cause = circular;
      const accessors = new Error("accessors");
      for (const key of ["errors", "code", "toString", "constructor"]) Object.defineProperty(accessors, key, { get: smuggled, enumerable: true });
      const odd = new RangeError("odd");
      Object.setPrototypeOf(odd, null);
      const named = new Error("named");
      named.name = "TypeError";
      const trapped = new Error("trapped");
      Object.setPrototypeOf(trapped, new Proxy(Error.prototype, {}));
      class Custom extends Error { code = "E_CUSTOM"; smuggled = smuggled; }
      hand([aggregate, circular, accessors, odd, named, trapped, new Custom("custom")]);`);
    assert.equal(stdout, "");
    assertPlain(value);
    assert.equal(value.length, 7);
    for (const error of value) {
      assert.ok(error instanceof Error && types.isNativeError(error));
      assert.deepEqual(
        Object.getOwnPropertyNames(error).filter((key) => !["stack", "message", "cause"].includes(key)),
        [],
      );
      assert.equal(typeof error.message, "string");
      assert.ok(error.stack === undefined || typeof error.stack === "string");
    }
    assert.equal(value[1].cause, value[1]);
    assert.equal((value[0].cause as Error).message, "inner");
  });

  // As in CVE-2026-25641.
  test("what changes while it is handed over arrives as something that was there, or not at all", async () => {
    const programs = [
      "const o = { get a() { delete o.b; o.c = 3; return 1; }, b: 2 }; return o;",
      "const list = [{ get x() { list.length = 0; return 1; } }, 2, 3]; return list;",
      "const list = [{ get x() { list.push(...Array(1e4).fill(7)); return 1; } }, 2]; return list;",
      "const list = [1.5, 2.5, { get x() { list[3] = 'text'; list.length = 1e6; return 1; } }, 4]; return list;",
      "const map = new Map(); map.set(1, { get x() { map.clear(); for (let i = 0; i < 999; i++) map.set(i, i); return 1; } }); map.set(2, 2); return map;",
      "const set = new Set([{ get x() { set.clear(); return 1; } }, 2, 3]); return set;",
      "const memory = new ArrayBuffer(1e5, { maxByteLength: 2e5 }); const view = new Uint8Array(memory); return [{ get x() { memory.resize(10); return 1; } }, view];",
      "const memory = new ArrayBuffer(1e5, { maxByteLength: 2e5 }); return [{ get x() { memory.resize(2e5); return 1; } }, new Uint8Array(memory, 8, 100), memory];",
      "const memory = new ArrayBuffer(1e5); return [{ get x() { structuredClone(memory, { transfer: [memory] }); return 1; } }, new Float64Array(memory)];",
      "const o = { get a() { Object.defineProperty(o, 'b', { get: () => { Object.defineProperty(o, 'c', { value: 1 }); return 1; } }); return 1; }, b: 1, c: 2 }; return o;",
      "const o = {}; Object.defineProperty(o, 'a', { enumerable: true, get() { globalThis.__return('inner'); return 1; } }); return o;",
      "const date = new Date(0); return [{ get x() { date.setTime(5); return 1; } }, date];",
    ];
    for (const program of programs) {
      const { value, exitCode, stderr } = await run(`
        const make = () => { ${program} };
        try { globalThis.__return(make()); } catch (error) { if (!/DataClone|Range|Type/.test(error.name)) throw error; }`);
      assert.equal(exitCode, 0, stderr);
      assertPlain(value);
    }
  });

  // As in CVE-2026-34211.
  test("nesting of any depth is a value or an error, for both sides", async () => {
    const depths = [100, 1000, 5000, 10_000, 20_000, 50_000, 200_000];
    const kinds = [
      "[at]",
      "{ at }",
      "new Map([[1, at]])",
      "new Map([[at, 1]])",
      "new Set([at])",
      "Object.assign(new Error('x', { cause: at }), {})",
    ];
    for (const kind of kinds) {
      for (const depth of depths) {
        const outcome = run(`
          Error.stackTraceLimit = 0;
          let at = 1;
          for (let i = 0; i < ${depth}; i++) at = ${kind};
          try { globalThis.__return(at); } catch (error) { console.log(error.name); }`);
        const { value, stdout } = await outcome.catch((error) => ({ value: error, stdout: error.code as string }));
        assert.match(stdout, /^(?:|(?:RangeError|DataCloneError)\n|ERR_INVALID_RETURN_VALUE)$/, `${kind} ${depth}`);
        if (stdout === "") assert.equal(typeof value, "object");
      }
    }
  });

  test("inputs are a program's own, and their nesting is bounded too", async () => {
    await ground.withVm(async (vm) => {
      const inputs = { list: [1, 2], map: new Map([[1, 2]]), error: new TypeError("x") };
      const { value } = await vm.run(
        `Object.setPrototypeOf(Array.prototype, { polluted: 1 });
        inputs.list.push(3);
        inputs.self = inputs;
        globalThis.__return([inputs instanceof Object, inputs.list instanceof Array, inputs.error instanceof TypeError]);`,
        { inputs },
      );
      assert.deepEqual(value, [true, true, true]);
      assert.deepEqual(inputs, { list: [1, 2], map: new Map([[1, 2]]), error: inputs.error });
      let deep: unknown = 1;
      for (let i = 0; i < 1e6; i++) deep = [deep];
      await assert.rejects(async () => vm.exec("", { inputs: deep }), RangeError);
    });
  });
});

describe("a program's failure is a result, and no accident of the host", () => {
  const ground = battleground();

  // As in GHSA-hw58.
  test("nothing that fails unobserved is an unhandled rejection", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on("unhandledRejection", note);
    const failing = [
      "throw new Error('x');",
      "Promise.reject(new Error('x'));",
      "process.exit(3);",
      "process.kill(process.pid, 9);",
      "syntax error",
      "await new Promise(() => {});",
      "while (true);",
      "globalThis.__return({ then() {} });",
      "process.stdout.write('x'.repeat(1e6)); process.stdin.resume();",
    ];
    for (const code of failing) {
      const runtime = await NodeRuntime.create();
      const broken = async function* (): AsyncGenerator<string> {
        yield "x";
        throw new Error("the source broke");
      };
      await runtime.spawn(code);
      await runtime.spawn(code, { stdin: "x".repeat(1e6), timeout: 200 });
      await runtime.spawn(code, { stdin: broken(), onStdout: async () => Promise.reject(new Error("no")) });
      const child = await runtime.spawn(code, { signal: AbortSignal.timeout(100) });
      void child.stdout.getReader().cancel();
      void runtime.dispose();
      await runtime.dispose();
    }
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    assert.deepEqual(unhandled, []);
  });

  // As in CVE-2026-44009, and errors whose properties are traps.
  const thrown = {
    "an object without prototype": "Object.create(null)",
    "one with traps for keys": "Object.assign(Object.create(null), { stack: 1, message: {}, name: [] })",
    "a proxy that throws":
      "new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; }, has() { throw 3; }, ownKeys() { throw 4; }, getOwnPropertyDescriptor() { throw 5; } })",
    "a revoked proxy": "(({ proxy, revoke }) => (revoke(), proxy))(Proxy.revocable({}, {}))",
    "a proxy of an error": "new Proxy(new Error('x'), { get: (target, key) => { throw new Error(String(key)); } })",
    "an error whose stack throws":
      "Object.defineProperty(new Error('x'), 'stack', { get() { throw new Error('no stack'); } })",
    "an error whose stack never ends": "Object.defineProperty(new Error('x'), 'stack', { get() { while (true); } })",
    "an error whose stack exits": "Object.defineProperty(new Error('x'), 'stack', { get() { process.exit(0); } })",
    "an error whose message recurses":
      "Object.defineProperty(new Error(), 'message', { get() { return this.message; } })",
    "an error that is huge": "new Error('x'.repeat(2 ** 28))",
    "an error with a cause without end":
      "(() => { const e = new Error('x'); e.cause = e; e.errors = [e]; return e; })()",
    "an error that inspects itself":
      "Object.assign(new Error('x'), { [Symbol.for('nodejs.util.inspect.custom')]() { throw this; } })",
    "an error of another context": "(await import('node:vm')).runInNewContext('new Error(\"foreign\")')",
    "an aggregate of all": "new AggregateError([Object.create(null), new Proxy({}, {}), Symbol('s'), () => {}])",
    "a symbol": "Symbol('thrown')",
    "a function": "(() => {})",
    "a big string": "'x'.repeat(2 ** 28)",
    "a thenable": "({ then(resolve) { resolve(1); } })",
    nothing: "undefined",
  };
  const places: Record<string, (value: string) => string> = {
    "at the top": (value) => `const thrown = ${value}; throw thrown;`,
    "in a rejection": (value) =>
      `const thrown = ${value}; await new Promise((_, reject) => setImmediate(reject, thrown));`,
    unobserved: (value) => `Promise.reject(${value}); setTimeout(() => {}, 1000);`,
    "in a timer": (value) => `const thrown = ${value}; setTimeout(() => { throw thrown; });`,
    "in an exit handler": (value) => `const thrown = ${value}; process.on("exit", () => { throw thrown; });`,
    "in the handler of another": (value) =>
      `const thrown = ${value}; process.on("uncaughtException", () => { throw thrown; }); throw 1;`,
    "while a stack is prepared": (value) =>
      `const thrown = ${value}; Error.prepareStackTrace = () => { throw thrown; }; throw new Error("x");`,
  };
  for (const [place, program] of Object.entries(places)) {
    test(`whatever is thrown ${place} ends the one program`, async () => {
      for (const [what, value] of Object.entries(thrown)) {
        // To show what is huge may take more than the VM has.
        const running = ground.withVm((vm) => vm.exec(program(value), { timeout: 1500 }));
        const { exitCode, stdout, stderr } = await running.catch((error) => {
          if (error.code !== "ERR_VM_CRASHED" || !/huge|big/.test(what)) throw error;
          return { exitCode: 137, stdout: "", stderr: "" };
        });
        assert.ok([0, 1, 7, 137].includes(exitCode), `${what}: ${exitCode}`);
        assert.equal(stdout, "");
        assert.doesNotMatch(stderr, /thread failed|secure-exec|dist\//, what);
      }
    });
  }
});
