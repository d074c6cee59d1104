// Runs scripts against the engine's native bindings, and the same scripts against Node's own for comparison.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

interface Engine {
  bareEval(source: string): string;
}

const engine: Engine = createRequire(import.meta.url)("../../engine/build/Release/engine.node");

/** Runs a script in an isolate that has `internalBinding(name)` alone; returns its result's string form. */
export function bareEval(source: string): string {
  return engine.bareEval(source);
}

/** Runs the same kind of script over the bindings of the Node that runs this test. */
export function nodeEval(source: string): string {
  const prelude = 'globalThis.internalBinding = require("internal/test/binding").internalBinding;';
  const run = 'process.stdout.write(String((0, eval)(require("fs").readFileSync(0, "utf8"))));';
  const result = spawnSync(process.execPath, ["--expose-internals", "--no-warnings", "-e", prelude + run], {
    input: source,
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  if (result.status !== 0) throw new Error(result.stderr);
  return result.stdout;
}

/** Defines `attempt(fn)`: what `fn` returns or throws, as plain data. */
const ATTEMPT = `
function attempt(fn) {
  try {
    const value = fn();
    if (ArrayBuffer.isView(value)) return [value.constructor.name, ...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
    return typeof value === "undefined" ? "undefined" : value;
  } catch (error) {
    return { name: error.name, code: error.code, message: error.message };
  }
}
`;

/** Asserts that each of the expressions of `cases` gives the same in both worlds, after `setup` ran. */
export function assertSameAsNode(setup: string, cases: readonly string[]): void {
  const list = cases.map((text) => `attempt(() => { ${setup}; return (${text}); })`).join(",\n");
  const script = `${ATTEMPT}\nJSON.stringify([${list}])`;
  const ours: unknown[] = JSON.parse(bareEval(script));
  const expected: unknown[] = JSON.parse(nodeEval(script));
  cases.forEach((text, index) => {
    assert.deepEqual(ours[index], expected[index], text);
  });
}
