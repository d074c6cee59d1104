import { setTimeout as sleep } from "node:timers/promises";
import type { NodeRuntime, NodeRuntimeOptions } from "secure-exec";
import { becomesIdle } from "../support/processor.ts";
import { withRuntime } from "../support/with_runtime.ts";
import type { Trace } from "./trace.ts";

/** How long a program may run, and how much longer its end may take, in milliseconds. */
const TIMEOUT_MS = 4000;
const HANG_MS = 10_000;
/** How long a killed program's thread may still compute. */
const STUCK_MS = 1000;

/** One program: calls of a binding that a seed decides. */
export interface Case {
  readonly binding: string;
  readonly seed: number;
  /** Steps before this one are left out. */
  readonly first: number;
  readonly steps: number;
}

/** What a program did to its VM. */
export interface Finding {
  readonly kind: "crash" | "hang" | "stuck";
  readonly detail: string;
}

/** Runs programs, each in a VM of its own. */
export class Runner {
  readonly #program: string;
  readonly #trace: Trace;
  readonly #memoryMb: number;
  /** Programs whose VM ended itself because V8 ran out of memory. */
  outOfMemory = 0;

  constructor(program: string, trace: Trace, memoryMb: number) {
    this.#program = program;
    this.#trace = trace;
    this.#memoryMb = memoryMb;
  }

  /** Undefined if the program ended as programs may. */
  async run(attack: Case): Promise<Finding | undefined> {
    this.#trace.clear();
    const vm: NodeRuntimeOptions = {
      // Within the jail no file can be opened, and the trace is one.
      jail: "off",
      limits: { memoryMb: this.#memoryMb },
      files: { "/attack.cjs": this.#program },
    };
    return withRuntime(vm, (runtime) => this.#attack(runtime, attack));
  }

  async #attack(runtime: NodeRuntime, { binding, seed, first, steps }: Case): Promise<Finding | undefined> {
    const attack = async (): Promise<Finding | undefined> => {
      const { exitCode } = await runtime.exec(
        { file: "/attack.cjs" },
        {
          args: [binding, String(seed), String(first), String(steps)],
          execArgv: ["--expose-internals", "--expose-gc", "--no-warnings", "--experimental-vm-modules"],
          timeout: TIMEOUT_MS,
        },
      );
      if (exitCode === 137 && !(await becomesIdle(runtime.pid, STUCK_MS))) {
        return { kind: "stuck", detail: `a thread computes ${STUCK_MS} ms after its program was killed` };
      }
      return undefined;
    };
    const hang = new AbortController();
    const finding = await Promise.race([attack().catch((error) => this.#judge(error)), hangs(hang.signal)]);
    hang.abort();
    return finding;
  }

  #judge(error: Error): Finding | undefined {
    // Known: V8 also says so at the end of the stack.
    if (!error.message.includes("V8 got no memory")) return { kind: "crash", detail: String(error.stack ?? error) };
    this.outOfMemory++;
    return undefined;
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
