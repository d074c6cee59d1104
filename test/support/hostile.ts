import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before } from "node:test";
import {
  type ExecResult,
  NodeRuntime,
  type NodeRuntimeOptions,
  type NodeRuntimeProcess,
  type RunOptions,
} from "secure-exec";
import { isAlive, residentMb } from "./vm_process.ts";
import { withRuntime } from "./with_runtime.ts";

export interface AttackOptions extends RunOptions {
  /** Of the attacked VM. */
  vm?: NodeRuntimeOptions;
  /** Looks at the attacked VM's process after the program's end, before the VM is disposed. */
  inspect?: (pid: number) => Promise<void>;
}

export interface AttackResult extends ExecResult {
  /** What the VM's process grew by while the program ran, at most, in MB of resident memory. */
  peakMb: number;
  /** Milliseconds from the start of exec() to its end. */
  elapsed: number;
}

/** A VM with a program that was there before the attacks and has to be there after them, and VMs to be attacked. */
export interface Battleground {
  /**
   * Runs a hostile program in a VM of its own. Meanwhile the neighbour answers as it usually does; afterwards the VM's
   * process is gone. Rejects as exec() does, with ERR_VM_CRASHED if the program took its VM down.
   */
  attack(code: string, options?: AttackOptions): Promise<AttackResult>;
  /** Lends a VM of its own to an attack that takes more than one call. */
  withVm<T>(use: (runtime: NodeRuntime) => Promise<T>): Promise<T>;
}

const NEIGHBOUR = `
  const kept = "state";
  process.stdin.setEncoding("utf8").on("data", (line) => process.stdout.write(kept + " " + line));
`;
/**
 * An attack has processors for itself, if the system gives it some: the neighbour's median answer may take this many times
 * as long as usual, or so many milliseconds.
 */
const PATIENCE = 20;
const PATIENCE_MS = 30;

/**
 * What attacks would kill the host if it were no guest that they run in. So nothing is attacked before a program has
 * shown that it does not see a folder that the host just made.
 */
async function assertIsolated(runtime: NodeRuntime): Promise<void> {
  const marker = mkdtempSync(join(tmpdir(), "host-marker-"));
  try {
    const { value } = await runtime.run(
      `import fs from "node:fs"; globalThis.__return(fs.existsSync(${JSON.stringify(marker)}) ? "host" : "guest");`,
    );
    assert.equal(value, "guest", "programs run in a guest, not on the host");
  } finally {
    rmSync(marker, { recursive: true });
  }
}

class Witness {
  readonly runtime: NodeRuntime;
  readonly #process: NodeRuntimeProcess;
  readonly #answers: ReadableStreamDefaultReader<Uint8Array>;

  private constructor(runtime: NodeRuntime, process: NodeRuntimeProcess) {
    this.runtime = runtime;
    this.#process = process;
    this.#answers = process.stdout.getReader();
  }

  static async create(): Promise<Witness> {
    const runtime = await NodeRuntime.create();
    await assertIsolated(runtime);
    return new Witness(runtime, await runtime.spawn(NEIGHBOUR));
  }

  /** Asks the old process; how many milliseconds it took. */
  async answer(): Promise<number> {
    const begin = performance.now();
    await this.#process.writeStdin("line\n");
    const { value } = await this.#answers.read();
    assert.equal(Buffer.from(value!).toString(), "state line\n", "the neighbour's program goes on");
    return performance.now() - begin;
  }

  /** Asks until `over`; the median of the answers' times. */
  async answers(over: () => boolean): Promise<number> {
    const times = [];
    do {
      times.push(await this.answer());
      await new Promise((resolve) => setTimeout(resolve, 10));
    } while (!over());
    return times.sort((a, b) => a - b)[times.length >> 1]!;
  }
}

async function attack(witness: Witness, usual: number, code: string, options: AttackOptions): Promise<AttackResult> {
  const { vm, inspect, ...run } = options;
  const runtime = await NodeRuntime.create(vm);
  const { pid } = runtime;
  const before = residentMb(pid);
  let peakMb = 0;
  const sampler = setInterval(() => {
    peakMb = Math.max(peakMb, residentMb(pid) - before);
  }, 20);
  let over = false;
  let elapsed = 0;
  const begin = performance.now();
  try {
    const attacking = runtime.exec(code, run).finally(() => {
      elapsed = performance.now() - begin;
      over = true;
      clearInterval(sampler);
    });
    const [result, median] = await Promise.allSettled([attacking, witness.answers(() => over)]);
    if (median.status === "rejected") throw median.reason;
    const patience = Math.max(PATIENCE_MS, usual * PATIENCE);
    assert.ok(median.value <= patience, `the neighbour took ${median.value} ms to answer, usually ${usual}`);
    if (result.status === "rejected") throw result.reason;
    await inspect?.(pid);
    return { ...result.value, peakMb, elapsed };
  } finally {
    await runtime.dispose();
    assert.equal(isAlive(pid), false, "the attacked VM's process is gone");
  }
}

/** Prepares a neighbour for the tests of a file. After each of them it runs another program, and new VMs can be made. */
export function battleground(): Battleground {
  let witness: Witness | undefined;
  let usual = 0;

  before(async () => {
    const created = await Witness.create();
    let count = 0;
    usual = await created.answers(() => ++count === 10);
    witness = created;
  });

  afterEach(async () => {
    await witness!.answer();
    const { stdout } = await witness!.runtime.exec("console.log(6 * 7)");
    assert.equal(stdout, "42\n", "the neighbour's VM runs another program");
    const { value: sum } = await withRuntime({}, (fresh) => fresh.run("globalThis.__return(1 + 1)"));
    assert.equal(sum, 2, "there are new VMs");
  });

  after(() => witness?.runtime.dispose());

  return {
    async attack(code, options = {}) {
      assert.ok(witness, "no attack without isolation");
      return attack(witness, usual, code, options);
    },
    async withVm(use) {
      assert.ok(witness, "no attack without isolation");
      return withRuntime({}, use);
    },
  };
}
