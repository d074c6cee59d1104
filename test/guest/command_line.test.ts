import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { NodeRuntime } from "secure-exec";

/** One program, started by many command lines in real Node and in a guest. */
const PROGRAM = "console.log('ran', process.execArgv, process.title, process.argv.length)";
const ENV = { HOME: "/home/user", PATH: "/usr/bin:/bin" };

let folder: string;
let main: string;
let runtime: NodeRuntime;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "command-line-"));
  main = join(folder, "main.cjs");
  writeFileSync(main, PROGRAM);
  const files = { [main]: PROGRAM };
  runtime = await NodeRuntime.create({ cwd: folder, env: ENV, files, nodeVersion: process.versions.node });
});
after(async () => {
  await runtime.dispose();
  rmSync(folder, { recursive: true });
});

interface Start {
  args?: string[];
  env?: Record<string, string>;
}

const withoutPid = (text: string): string => text.replace(/\(node:\d+\)/g, "(node:pid)");

function inNode({ args = [], env = {} }: Start): unknown {
  const options = { argv0: "node", cwd: folder, env: { ...ENV, ...env }, encoding: "utf8", input: "" } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, main], options);
  return { exitCode: status, stdout, stderr: withoutPid(stderr) };
}

async function inGuest({ args = [], env = {} }: Start): Promise<unknown> {
  const { exitCode, stdout, stderr } = await runtime.exec({ file: main }, { execArgv: args, env });
  return { exitCode, stdout, stderr: withoutPid(stderr) };
}

async function sameInBoth(start: Start): Promise<void> {
  assert.deepEqual(await inGuest(start), inNode(start));
}

describe("a command line ends as in Node", () => {
  const ARGS = [
    ...["--nope", "--no-nope", "--no-title", "-x", "-h=1", "-i=1", "--title", "--check=1", "--warnings=1", "--"],
    ...["--no-warnings", "--no-deprecation", "--expose_gc", "--title=own", "-C=own", "--conditions", "-r", "-e"],
    ...["--input-type=x", "--unhandled-rejections=x", "--experimental-default-type=x", "--disable-proto=x"],
    ...["--trace-require-module", "--trace-require-module=x", "--trace-require-module=all", "--use-largepages=x"],
    ...["--dns-result-order=x", "--inspect-port=99999", "--inspect-port=0", "--inspect-publish-uid=x"],
    ...["--cpu-prof-dir=/tmp", "--cpu-prof-name=x", "--cpu-prof-interval=5"],
    ...["--heap-prof-dir=/tmp", "--heap-prof-name=x", "--heap-prof-interval=5"],
    ...["--secure-heap=3", "--heapsnapshot-near-heap-limit=-1", "--max-old-space-size-percentage=500"],
    ...["--security-revert=CVE-1", "--debug", "--debug-brk", "--entry-url", "--max-old-space-size=100"],
    ...["--stack-size=900", "--no-opt", "--max-http-header-size=x", "--disable-warning=x", "--test-shard=x"],
  ];
  for (const arg of ARGS) test(arg, () => sameInBoth({ args: [arg] }));
});

describe("NODE_OPTIONS end as in Node", () => {
  const OPTIONS = [
    ...["--nope", "--no-nope", "-x", "-e", "-p", "-h", "-v", "-h=1", "-pe", "--", "- x", "main.cjs", "--title x y"],
    ...["--run=a", "--no-run", "--test", "--test-timeout=5", "--env-file=x", "--check", "--v8-options=1", "--harmony"],
    ...["--stack-size=900", "--random-seed=1", "--allow-natives-syntax", "--expose-internals", "--eval=1"],
    ...["--no-warnings --nope", "--warnings --no-warnings", "   ", '"--title=a b"', '--title="a', "--require"],
    ...["--max-old-space-size=100", "--input-type=x", "--disable-proto=x", "--cpu-prof-dir=/tmp"],
  ];
  for (const text of OPTIONS) test(text, () => sameInBoth({ env: { NODE_OPTIONS: text } }));
});

describe("an option that would do nothing is refused", () => {
  const OPTIONS = [
    ...["--inspect", "--inspect-brk", "--inspect-wait", "--inspect=0", "--cpu-prof", "--heap-prof", "--prof"],
    ...["--experimental-test-coverage", "--trace-event-categories=v8", "--heapsnapshot-signal=SIGUSR2"],
    ...["--heapsnapshot-near-heap-limit=1", "--report-on-fatalerror", "--build-snapshot", "--snapshot-blob=x"],
    ...["--build-snapshot-config=x", "--experimental-sea-config=x", "--trace-atomics-wait", "--trace-sync-io"],
    ...["--trace-sigint", "--trace-env", "--run=a", "--watch", "--watch-path=.", "--enable-fips", "--force-fips"],
    ...["--secure-heap=1024", "--openssl-config=x", "--openssl-legacy-provider", "--tls-keylog=x", "--trace-tls"],
    ...["--experimental-config-file=x", "--completion-bash", "--v8-options", "--abort-on-uncaught-exception"],
    ...["--allow-natives-syntax", "--jitless", "--perf-prof", "--perf-basic-prof", "--trace-gc", "--harmony-shipping"],
    ...["--permission"],
  ];
  for (const option of OPTIONS) {
    test(option, async () => {
      const { exitCode, stdout, stderr } = await runtime.exec({ file: main }, { execArgv: [option] });
      const name = option.replace(/=.*/, "");
      assert.equal(stdout, "");
      assert.ok(stderr.startsWith(`node: ${name} is not available in this runtime`), stderr);
      assert.equal(exitCode, 9);
    });
  }
});
