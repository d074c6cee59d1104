import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { battleground } from "../support/hostile.ts";

/** What `internalBinding` knows in Node 22. */
const INTERNAL_BINDINGS = `
  async_context_frame async_wrap blob block_list buffer builtins cares_wrap config constants contextify
  credentials crypto encoding_binding errors fs fs_dir fs_event_wrap heap_utils http2 http_parser icu
  inspector internal_only_v8 js_stream messaging mksnapshot module_wrap modules options os performance
  permission pipe_wrap process_methods process_wrap profiler report serdes signal_wrap spawn_sync sqlite
  stream_pipe stream_wrap string_decoder symbols task_queue tcp_wrap timers tls_wrap trace_events tty_wrap
  types udp_wrap url util uv v8 wasi wasm_web_api watchdog worker zlib
`
  .trim()
  .split(/\s+/);

describe("programs that tamper with what they run on harm only themselves", () => {
  const { attack } = battleground();

  /** The program may fail in any way that a process can; it may not hang beyond its limit nor take others with it. */
  async function endsSomehow(code: string): Promise<void> {
    const { exitCode } = await attack(code, { timeout: 10_000, limits: { memoryMb: 128 } });
    assert.ok(Number.isInteger(exitCode));
  }

  test("every global deleted", () =>
    endsSomehow(
      "for (const name of Object.getOwnPropertyNames(globalThis)) try { delete globalThis[name]; } catch {}",
    ));

  test("every global replaced", () =>
    endsSomehow(`
      const bad = new Proxy(function () {}, { get: () => bad, apply: () => bad, construct: () => ({}) });
      for (const name of Object.getOwnPropertyNames(globalThis)) try { globalThis[name] = bad; } catch {}
      setTimeout?.(() => {}, 1);`));

  test("every method of every prototype throws", () =>
    endsSomehow(`
      const define = Object.defineProperty, names = Reflect.ownKeys, describe_ = Object.getOwnPropertyDescriptor;
      const boom = () => { throw new Error("boom"); };
      const seen = new Set(), all = [];
      const visit = (value, depth) => {
        if (value === null || (typeof value !== "object" && typeof value !== "function") || seen.has(value)) return;
        seen.add(value);
        all.push(value);
        if (depth > 3) return;
        for (const key of names(value)) { try { visit(describe_(value, key).value, depth + 1); } catch {} }
      };
      visit(globalThis, 0);
      for (const value of all) for (const key of names(value)) try { define(value, key, { value: boom }); } catch {}
      new Promise((resolve) => resolve(1)).then(() => {});`));

  test("prototypes polluted with accessors", () =>
    endsSomehow(`
      for (const prototype of [Object.prototype, Array.prototype, Function.prototype, String.prototype, Promise.prototype]) {
        for (const key of ["then", "get", "set", "value", "length", "constructor", "0", "encoding", "fd", "code", "stack", "signal"]) {
          try { Object.defineProperty(prototype, key, { configurable: true, get() { return this; }, set() {} }); } catch {}
        }
      }
      import("node:fs").then((fs) => fs.readFileSync("/etc/passwd"));
      setTimeout(() => console.log({}), 1);`));

  test("every binding's functions called with nonsense", async () => {
    const { exitCode } = await attack(
      `import { createRequire } from "node:module";
      process.removeAllListeners("warning");
      const values = [undefined, null, 0, -1, 2 ** 31, NaN, "", "x", {}, [], () => {}, Symbol("s"), 10n, new Uint8Array(4), new Proxy({}, {}), -0, 1e300, new ArrayBuffer(0)];
      const skip = /^(?:reallyExit|_kill|kill|abort|exit|causeSegfault|_debugEnd|setUncaught|spawn|pause|wait|loop|run|trigger|start)/i;
      let calls = 0;
      for (const name of ["fs", "buffer", "util", "os", "constants", "config", "uv", "crypto", "zlib", "contextify", "v8", "url", "timers", "async_wrap", "stream_wrap", "tcp_wrap", "pipe_wrap", "tty_wrap", "process_wrap", "cares_wrap", "http_parser", "js_stream", "signal_wrap", "icu", "natives", "evals", "inspector", "spawn_sync", "fs_event_wrap", "udp_wrap"]) {
        let binding;
        try { binding = process.binding(name); } catch { continue; }
        for (const key of Object.keys(binding)) {
          const member = binding[key];
          if (typeof member !== "function" || skip.test(key)) continue;
          for (let i = 0; i < 60; i++) {
            const args = Array.from({ length: i % 6 }, (_, j) => values[(i * 7 + j * 5 + key.length) % values.length]);
            try { Reflect.apply(member, i % 2 ? binding : values[i % values.length], args); } catch {}
            try { new member(...args); } catch {}
            calls++;
          }
        }
      }
      console.log(calls > 0);`,
      { timeout: 30_000, limits: { memoryMb: 128 } },
    );
    assert.ok(Number.isInteger(exitCode));
  });

  test("internal bindings' functions called with nonsense", async () => {
    const { exitCode } = await attack(
      `const values = [undefined, null, 0, -1, 2 ** 31, NaN, "", "x".repeat(100), {}, [], () => {}, Symbol("s"), 10n, new Uint8Array(4), new Proxy({}, {}), new Float64Array(2), 1e300, new ArrayBuffer(8), new Map(), Promise.resolve(), new Date(), /x/, globalThis];
      process.on("uncaughtException", () => {});
      process.on("unhandledRejection", () => {});
      const { internalBinding } = await import("node:module").then((m) => m.createRequire("/")("internal/test/binding"));
      const names = ${JSON.stringify(INTERNAL_BINDINGS)};
      const skip = /reallyExit|^_?kill$|abort|^exit|segfault|crash|^run$|startLoop|waitFor/i;
      for (const name of names) {
        let binding;
        try { binding = internalBinding(name); } catch { continue; }
        const members = [];
        for (const key of Reflect.ownKeys(binding)) try { members.push([String(key), binding[key]]); } catch {}
        for (const [, value] of [...members]) {
          if (typeof value !== "function" || !value.prototype) continue;
          for (const key of Reflect.ownKeys(value.prototype)) try { members.push([String(key), value.prototype[key]]); } catch {}
        }
        for (const [key, member] of members) {
          if (typeof member !== "function" || skip.test(key)) continue;
          for (let i = 0; i < 40; i++) {
            const args = Array.from({ length: i % 7 }, (_, j) => values[(i * 11 + j * 5 + key.length) % values.length]);
            let made;
            try { Reflect.apply(member, values[(i * 3) % values.length], args); } catch {}
            try { Reflect.apply(member, binding, args); } catch {}
            try { made = new member(...args); } catch {}
            if (made && i % 8 === 0) for (const method of Reflect.ownKeys(member.prototype ?? {})) try { made[method](...args); } catch {}
          }
        }
      }
      process.reallyExit(0);`,
      { timeout: 60_000, limits: { memoryMb: 256 }, execArgv: ["--expose-internals"] },
    );
    assert.ok(Number.isInteger(exitCode));
  });
});
