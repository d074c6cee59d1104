import assert from "node:assert/strict";
import { test } from "node:test";
import { bareEval } from "./bare.ts";

/** Runs `body` with a `stream` for each compileStreaming: `open(source)` gives [promise, stream]. */
function stream(body: string): unknown {
  return JSON.parse(
    bareEval(`
      const waiting = [];
      internalBinding("wasm_web_api").setImplementation((stream, source) => waiting.shift()(stream, source));
      const open = (source) => {
        let promise;
        const opened = new Promise((resolve) => waiting.push(resolve));
        promise = WebAssembly.compileStreaming(source);
        promise.catch(() => {});
        return opened.then((stream) => [promise, stream]);
      };
      const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
      const attempt = (fn) => { try { return String(fn()); } catch (error) { return error.code ?? error.message; } };
      (async () => { ${body} })().then(JSON.stringify)`),
  );
}

test("bytes that are pushed become a module", () => {
  assert.equal(
    stream(`
      const [promise, stream] = await open("source");
      stream.setURL("https://example.org/m.wasm");
      stream.push(empty.subarray(0, 3));
      stream.push(empty.buffer.slice(3));
      stream.push(new Uint8Array(0));
      stream.finish();
      return String(await promise);`),
    "[object WebAssembly.Module]",
  );
});

test("shared memory is copied before V8 reads it", () => {
  assert.equal(
    stream(`
      const [promise, stream] = await open(1);
      const shared = new Uint8Array(new SharedArrayBuffer(8));
      shared.set(empty);
      stream.push(shared);
      shared.fill(0xff);
      stream.finish();
      return String(await promise);`),
    "[object WebAssembly.Module]",
  );
});

test("a failure rejects the promise", () => {
  assert.deepEqual(
    stream(`
      const [aborted, first] = await open(1);
      first.abort(new Error("gone"));
      const [invalid, second] = await open(1);
      second.push(new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]));
      second.finish();
      const fate = (promise) => promise.then(() => "resolved", (error) => error.name + ": " + error.message);
      return [await fate(aborted), (await fate(invalid)).slice(0, 40)];`),
    ["Error: gone", "CompileError: WebAssembly.compileStreami"],
  );
});

test("a stream that has ended takes no more, and no guest makes one", () => {
  assert.deepEqual(
    stream(`
      const [promise, stream] = await open(1);
      stream.push(empty);
      stream.finish();
      await promise;
      const [, dropped] = await open(1);
      dropped.abort();
      return [attempt(() => stream.push(empty)), attempt(() => stream.finish()), attempt(() => stream.abort(1)),
        attempt(() => stream.setURL("x")), attempt(() => dropped.finish()), attempt(() => stream.push.call({}, empty)),
        attempt(() => new stream.constructor()), attempt(() => dropped.constructor.call(dropped)),
        attempt(() => Object.create(stream).push(empty))];`),
    [
      ...new Array(5).fill("ERR_INVALID_STATE"),
      "Illegal invocation",
      "ERR_ILLEGAL_CONSTRUCTOR",
      "ERR_ILLEGAL_CONSTRUCTOR",
      "Illegal invocation",
    ],
  );
});
