import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { compileFilter, type Selection } from "./suite.ts";

export const USAGE = `Runs files of Node's own test suite in guests and in the real engine.

  npm run conformance -- --suite <Node's test folder> [options]

  --folder <name,…>   folders of the suite to take (parallel)
  --only <pattern>    a glob over file names (test-fs-*) or a /regular expression/
  --shard <i>/<n>     take the i-th of n equal parts
  --jobs <n>          files at a time (2)
  --timeout <s>       seconds that a file may take (30)
  --out <file>        the outcomes in guests (conformance/<folder>.json); real Node's go beside it
  --resume            keep what --out already holds and measure the rest
  --real-only         measure only real Node
  --compare <file>    print what changed against an earlier --out
  --logs <folder>     keep the output of every file that fails in a guest`;

export interface Options extends Selection {
  readonly jobs: number;
  readonly timeoutMs: number;
  readonly out: string;
  readonly resume: boolean;
  readonly realOnly: boolean;
  readonly compare: string | undefined;
  readonly logs: string | undefined;
}

/** Reads the command line. Throws a RangeError or TypeError that names what is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      suite: { type: "string" },
      folder: { type: "string", default: "parallel" },
      only: { type: "string" },
      shard: { type: "string", default: "1/1" },
      jobs: { type: "string", default: "2" },
      timeout: { type: "string", default: "30" },
      out: { type: "string" },
      resume: { type: "boolean", default: false },
      "real-only": { type: "boolean", default: false },
      compare: { type: "string" },
      logs: { type: "string" },
    },
  });
  if (values.suite === undefined) throw new TypeError("--suite is missing");
  const suite = resolve(values.suite);
  if (!existsSync(join(suite, "common"))) throw new RangeError(`${suite} has no common folder: not Node's test folder`);
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(values.shard) ?? [];
  if (index === undefined || Number(index) < 1 || Number(index) > Number(count)) {
    throw new RangeError(`--shard ${values.shard} is not i/n with 1 ≤ i ≤ n`);
  }
  return {
    suite,
    folders: values.folder.split(","),
    only: values.only === undefined ? undefined : compileFilter(values.only),
    shard: { index: Number(index), count: Number(count) },
    jobs: positive("--jobs", values.jobs),
    timeoutMs: positive("--timeout", values.timeout) * 1000,
    out: resolve(values.out ?? `conformance/${values.folder.replaceAll(",", "+")}.json`),
    resume: values.resume,
    realOnly: values["real-only"],
    compare: values.compare,
    logs: values.logs,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new RangeError(`${name} ${text} is not a positive number`);
  return value;
}
