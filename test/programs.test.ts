import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readPrograms } from "./support/program.ts";
import { type ProgramResult, runInBoth } from "./support/run_program.ts";

/**
 * The one thing in a program's output that may differ between two runs of the same program: the pid before a warning.
 * It's the same in both worlds after this.
 */
function withoutPid({ exitCode, stdout, stderr }: ProgramResult): ProgramResult {
  return { exitCode, stdout, stderr: stderr.replace(/^\(node:\d+\)/gm, "(node:pid)") };
}

describe("a program gives the same stdout, stderr and exit code in a guest as in Node", { concurrency: 2 }, () => {
  for (const program of readPrograms(join(import.meta.dirname, "programs"))) {
    test(program.name, async () => {
      const { node, guest } = await runInBoth(program);
      assert.deepEqual(withoutPid(guest), withoutPid(node));
    });
  }
});
