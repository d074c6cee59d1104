import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { NodeRuntime, Sidecar } from "secure-exec";
import { becomesIdle } from "../support/processor.ts";
import type { Trace } from "./trace.ts";

/** How long a program may run, and how much longer its end may take, in milliseconds. */
const TIMEOUT_MS = 4000;
const HANG_MS = 10_000;
/** How long a killed program's thread may still compute. */
const STUCK_MS = 1000;
/** What the engine calls the thread of a guest that V8 gave up; it is parked for good. */
const LOST_THREAD = "lost guest";

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
  readonly kind: "crash" | "hang" | "stuck" | "lost thread";
  readonly detail: string;
}

/** Runs programs in one sidecar, and in a fresh one after each finding. */
export class Runner {
  readonly #program: string;
  readonly #trace: Trace;
  readonly #memoryMb: number;
  #sidecar: Sidecar | undefined;
  /** Programs whose thread was lost because V8 ran out of memory. */
  outOfMemory = 0;

  constructor(program: string, trace: Trace, memoryMb: number) {
    this.#program = program;
    this.#trace = trace;
    this.#memoryMb = memoryMb;
  }

  /** Undefined if the program ended as programs may. */
  async run({ binding, seed, first, steps }: Case): Promise<Finding | undefined> {
    this.#trace.clear();
    this.#sidecar ??= await Sidecar.create();
    const sidecar = this.#sidecar;
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
      if (hasLostThread(sidecar.pid!)) {
        if (!stderr.includes("out of memory")) return { kind: "lost thread", detail: stderr };
        // Known: V8 also says so at the end of the stack. A thread that is gone must not be found again.
        this.outOfMemory++;
        await this.dispose();
        return undefined;
      }
      if (exitCode === 137 && !(await becomesIdle(sidecar.pid!, STUCK_MS))) {
        return { kind: "stuck", detail: `a thread computes ${STUCK_MS} ms after its program was killed` };
      }
      return undefined;
    };
    const hang = new AbortController();
    const finding = await Promise.race([
      attack().catch((error): Finding => ({ kind: "crash", detail: String(error?.stack ?? error) })),
      hangs(hang.signal),
    ]);
    hang.abort();
    if (finding !== undefined) await this.dispose();
    return finding;
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

/** Tells of a program that does not end. In two steps, since all clocks go on while a machine is suspended. */
async function hangs(signal: AbortSignal): Promise<Finding | undefined> {
  try {
    await sleep(TIMEOUT_MS, undefined, { signal });
    await sleep(HANG_MS, undefined, { signal });
  } catch {
    return undefined; // It ended.
  }
  return { kind: "hang", detail: `no end ${HANG_MS} ms after the time limit` };
}

function hasLostThread(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).some((tid) => {
    try {
      return readFileSync(`/proc/${pid}/task/${tid}/comm`, "utf8").trim() === LOST_THREAD;
    } catch {
      return false; // It ended meanwhile.
    }
  });
}
