import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { NodeRuntime, Sidecar } from "secure-exec";
import { becomesIdle } from "../support/processor.ts";
import { withRuntime } from "../support/with_runtime.ts";
import type { Trace } from "./trace.ts";

/** How long a program may run, and how much longer its end may take, in milliseconds. */
const TIMEOUT_MS = 4000;
const HANG_MS = 10_000;
/** How long a killed program's thread may still compute. */
const STUCK_MS = 1000;
const WINDOW_MS = 100;
/** How many threads a sidecar has is known when it was the same in so many windows. */
const SETTLED_WINDOWS = 10;
const ATTEMPTS = 3;
/** Makes a sidecar start the threads that it starts only once. */
const WARM_UP = 'import { runInNewContext } from "node:vm"; runInNewContext("1", {}, { timeout: 1000 });';

/** One program: calls of a binding that a seed decides. */
export interface Case {
  readonly binding: string;
  readonly seed: number;
  /** Steps before this one are left out. */
  readonly first: number;
  readonly steps: number;
}

/** What a program did to its sidecar. */
export interface Finding {
  readonly kind: "crash" | "hang" | "stuck" | "fatal error";
  readonly detail: string;
}

/** Runs programs in one sidecar, and in a fresh one after each finding. */
export class Runner {
  readonly #program: string;
  readonly #trace: Trace;
  readonly #memoryMb: number;
  #sidecar: Sidecar | undefined;
  /** Of a sidecar that runs nothing. */
  #threads = 0;

  constructor(program: string, trace: Trace, memoryMb: number) {
    this.#program = program;
    this.#trace = trace;
    this.#memoryMb = memoryMb;
  }

  /** Undefined if the program ended as programs may. */
  async run({ binding, seed, first, steps }: Case): Promise<Finding | undefined> {
    this.#trace.clear();
    const sidecar = await this.#start();
    const attack = async (): Promise<Finding | undefined> => {
      const runtime = await NodeRuntime.create({
        sidecar,
        limits: { memoryMb: this.#memoryMb },
        files: { "/attack.cjs": this.#program },
      });
      const { exitCode, stderr } = await runtime.execFile("/attack.cjs", {
        args: [binding, String(seed), String(first), String(steps)],
        execArgv: ["--expose-internals", "--expose-gc", "--no-warnings", "--experimental-vm-modules"],
        timeout: TIMEOUT_MS,
      });
      await runtime.dispose();
      if (stderr.includes("its thread failed") && (await this.#hasLostThread(sidecar))) {
        return { kind: "fatal error", detail: stderr };
      }
      if (exitCode === 137 && !(await becomesIdle(sidecar.pid!, STUCK_MS))) {
        return { kind: "stuck", detail: `a thread computes ${STUCK_MS} ms after its program was killed` };
      }
      return undefined;
    };
    const hang = new AbortController();
    const finding = await Promise.race([
      attack().catch((error): Finding => ({ kind: "crash", detail: String(error?.stack ?? error) })),
      sleep(TIMEOUT_MS + HANG_MS, undefined, { signal: hang.signal }).then(
        (): Finding => ({ kind: "hang", detail: `no end ${HANG_MS} ms after the time limit` }),
        () => undefined,
      ),
    ]);
    hang.abort();
    if (finding !== undefined) await this.dispose();
    return finding;
  }

  async #start(): Promise<Sidecar> {
    if (this.#sidecar !== undefined) return this.#sidecar;
    this.#sidecar = await Sidecar.create();
    this.#threads = await this.#settle(this.#sidecar, Infinity);
    return this.#sidecar;
  }

  /** V8's fatal errors leave the guest's thread parked for good. */
  async #hasLostThread(sidecar: Sidecar): Promise<boolean> {
    return (await this.#settle(sidecar, this.#threads)) > this.#threads;
  }

  /** Runs harmless programs until a sidecar has at most so many threads, and gives up soon. Returns how many it has. */
  async #settle(sidecar: Sidecar, threads: number): Promise<number> {
    let most = 0;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await withRuntime({ sidecar }, (runtime) => runtime.exec(WARM_UP));
      const count = await settledThreads(sidecar.pid!);
      if (count <= threads && threads < Infinity) return count;
      most = Math.max(most, count);
    }
    return most;
  }

  async dispose(): Promise<void> {
    const sidecar = this.#sidecar;
    this.#sidecar = undefined;
    if (sidecar === undefined) return;
    try {
      process.kill(sidecar.pid!, "SIGKILL");
    } catch {
      // It is gone.
    }
    await sidecar.dispose();
  }
}

/** How many threads a process has once those that end are gone and those that are kept ready have been started. */
async function settledThreads(pid: number): Promise<number> {
  let count = 0;
  for (let same = 0; same < SETTLED_WINDOWS; same++) {
    await sleep(WINDOW_MS);
    const now = readdirSync(`/proc/${pid}/task`).length;
    if (now !== count) same = 0;
    count = now;
  }
  return count;
}
