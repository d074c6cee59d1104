import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { type Ended, judge, type Outcome } from "./outcome.ts";
import type { TestFile } from "./suite.ts";

/** Output beyond this many characters a stream is dropped; the verdict needs none of it. */
const OUTPUT_LIMIT = 1 << 20;

/** Runs a test file as Node's own runner does: from the folder above the suite, by the engine that runs this tool. */
export async function runInEngine(test: TestFile, suite: string, timeoutMs: number, lane: number): Promise<Outcome> {
  return judge(await execute([...test.flags, test.hostPath], dirname(suite), timeoutMs, lane));
}

function execute(args: string[], cwd: string, timeoutMs: number, lane: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, args, {
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, HOME: process.env.HOME, TEST_THREAD_ID: String(lane) },
    });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        if (output[stream].length < OUTPUT_LIMIT) output[stream] += text;
      });
    }
    const killGroup = () => {
      try {
        process.kill(-child.pid!, "SIGKILL");
      } catch {
        // The group is gone: every process of it has ended.
      }
    };
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup();
    }, timeoutMs);
    child.once("error", reject);
    child.once("exit", (code) => {
      clearTimeout(timer);
      // A child of the test's own may hold the pipes open.
      killGroup();
      child.once("close", () =>
        resolve({ ...output, exitCode: code ?? 128, timedOut, ms: performance.now() - started }),
      );
    });
  });
}
