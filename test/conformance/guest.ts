import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { ExecResult } from "secure-exec";
import { withRuntime } from "../support/with_runtime.ts";
import { Dependencies } from "./dependencies.ts";
import { judge, type Outcome } from "./outcome.ts";
import type { TestFile } from "./suite.ts";

/** Where the suite lies in a guest: as in a checkout of Node. */
const CHECKOUT = "/home/user/node";

/** The suite takes for granted what a machine of a developer has: some of its files make buffers of 4 GB. */
const LIMITS = { memoryMb: 8192, fsBytes: 4 * 2 ** 30 };

/** How a process ends that was killed for its time limit, as in a shell. */
const KILLED = 128 + 9;

export interface GuestRunnerOptions {
  readonly suite: string;
  readonly timeoutMs: number;
  readonly logs: string | undefined;
}

/** Runs test files in guests, each in a fresh VM that holds only what the file reads. */
export class GuestRunner {
  readonly #options: GuestRunnerOptions;
  readonly #dependencies: Dependencies;

  constructor(options: GuestRunnerOptions) {
    this.#options = options;
    this.#dependencies = new Dependencies(options.suite);
    if (options.logs !== undefined) mkdirSync(options.logs, { recursive: true });
  }

  /** Runs one file. */
  async run(test: TestFile): Promise<Outcome> {
    try {
      return await this.#attempt(test);
    } catch (error) {
      return { verdict: "crash", ms: 0, reason: String(error) };
    }
  }

  async #attempt(test: TestFile): Promise<Outcome> {
    const files = [...this.#dependencies.of(test)].map(([path, bytes]) => [join(CHECKOUT, "test", path), bytes]);
    const vm = {
      cwd: CHECKOUT,
      env: { HOME: "/home/user", PATH: "/usr/local/bin:/usr/bin:/bin", TEST_THREAD_ID: "0" },
      files: Object.fromEntries(files),
      limits: LIMITS,
      nodeVersion: process.versions.node,
    };
    const { timeoutMs } = this.#options;
    const program = { execArgv: [...test.flags], timeout: timeoutMs };
    const [ended, ms] = await withRuntime(vm, async (runtime) => {
      const started = performance.now();
      const result = await runtime.exec({ file: join(CHECKOUT, "test", test.name) }, program);
      return [result, performance.now() - started] as const;
    });
    const outcome = judge({ ...ended, timedOut: ended.exitCode === KILLED && ms >= timeoutMs, ms });
    if (outcome.verdict !== "pass") this.#log(test, ended);
    return outcome;
  }

  #log({ name }: TestFile, { exitCode, stdout, stderr }: ExecResult): void {
    const { logs } = this.#options;
    if (logs === undefined) return;
    writeFileSync(
      join(logs, `${basename(name)}.log`),
      `${stderr}\n--- stdout ---\n${stdout}\n--- exit ${exitCode} ---\n`,
    );
  }
}
