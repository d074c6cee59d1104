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
import { busyDescendants } from "./processor.ts";
import { childrenOf, isAlive, residentMb } from "./vm_process.ts";
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
   * Runs a hostile program in a VM of its own. Until it is disposed of, the neighbour answers as it usually does;
   * afterwards the VM's process is gone, and no other uses the processor. Rejects as exec() does, with ERR_VM_CRASHED if the program took its VM down.
   */
  attack(code: string, options?: AttackOptions): Promise<AttackResult>;
  /** The same for an attack that takes other calls than one exec(), on a VM of its own. */
  besiege<T>(use: (runtime: NodeRuntime) => Promise<T>, vm?: NodeRuntimeOptions): Promise<T>;
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

/** So many answers at least are asked for, that a short attack's median is not one answer's chance. */
const LEAST_ANSWERS = 5;
/** How long the engine may go on working after its start. */
const START_MS = 5000;
/** How long after the end of a VM something may still be at work: the next VM's process is made ready. */
const CALM_MS = 500;

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

  /** Asks until `over`, a few times at least; the median of the answers' times. */
  async answers(over: () => boolean): Promise<number> {
    const times = [];
    do {
      times.push(await this.answer());
      await new Promise((resolve) => setTimeout(resolve, 10));
    } while (!over() || times.length < LEAST_ANSWERS);
    return times.sort((a, b) => a - b)[times.length >> 1]!;
  }
}

interface Ground {
  witness: Witness;
  /** The median of the witness' answers in peace, in milliseconds. */
  usual: number;
  /** The process that all VMs are forked from. */
  zygote: number;
}

/** Takes a VM, asks the witness until `use` and then dispose() have ended, and looks for what remains. */
async function besiege<T>(
  { witness, usual, zygote }: Ground,
  vm: NodeRuntimeOptions | undefined,
  use: (runtime: NodeRuntime) => Promise<T>,
): Promise<T> {
  const runtime = await NodeRuntime.create(vm);
  let over = false;
  const attacking = use(runtime)
    .finally(() => runtime.dispose())
    .finally(() => {
      over = true;
    });
  const [result, median] = await Promise.allSettled([attacking, witness.answers(() => over)]);
  if (median.status === "rejected") throw median.reason;
  const patience = Math.max(PATIENCE_MS, usual * PATIENCE);
  assert.ok(median.value <= patience, `the neighbour took ${median.value} ms to answer, usually ${usual}`);
  assert.equal(isAlive(runtime.pid), false, "the attacked VM's process is gone");
  assert.ok(isAlive(zygote), "the process that VMs are forked from lives");
  assert.deepEqual(await busyDescendants(CALM_MS), {}, "nothing is computed any more");
  if (result.status === "rejected") throw result.reason;
  return result.value;
}

function attack(ground: Ground, code: string, options: AttackOptions): Promise<AttackResult> {
  const { vm, inspect, ...run } = options;
  return besiege(ground, vm, async (runtime) => {
    const { pid } = runtime;
    const before = residentMb(pid);
    let peakMb = 0;
    const sampler = setInterval(() => {
      peakMb = Math.max(peakMb, residentMb(pid) - before);
    }, 20);
    const begin = performance.now();
    const result = await runtime.exec(code, run).finally(() => clearInterval(sampler));
    const elapsed = performance.now() - begin;
    await inspect?.(pid);
    return { ...result, peakMb, elapsed };
  });
}

/**
 * How an attack ended, in a line: `exit 0`, with the name of the error that a program died of (`exit 1: RangeError`), or
 * as create() and exec() reject, `ERR_VM_CRASHED: The process of the VM …`.
 */
export async function endOf(attacking: Promise<ExecResult>): Promise<string> {
  try {
    const { exitCode, stderr } = await attacking;
    const error = exitCode === 0 ? undefined : stderr.match(/^(?:Uncaught )?(\w*Error)\b/m)?.[1];
    return error ? `exit ${exitCode}: ${error}` : `exit ${exitCode}`;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (!code?.startsWith("ERR_VM")) throw error;
    return `${code}: ${message}`;
  }
}

/** Prepares a neighbour for the tests of a file. After each of them it runs another program, and new VMs can be made. */
export function battleground(): Battleground {
  let ground: Ground | undefined;

  before(async () => {
    const witness = await Witness.create();
    const zygote = childrenOf(process.pid).find((pid) => childrenOf(pid).includes(witness.runtime.pid));
    assert.ok(zygote, "VMs are forked from a process below this one");
    let count = 0;
    const usual = await witness.answers(() => ++count === 10);
    // The engine tidies up after its start, when the first VMs are there already.
    assert.deepEqual(await busyDescendants(START_MS), {}, "nothing is computed before the first attack");
    ground = { witness, usual, zygote };
  });

  function prepared(): Ground {
    assert.ok(ground, "no attack without isolation");
    return ground;
  }

  afterEach(async () => {
    const { witness } = prepared();
    await witness.answer();
    const { stdout } = await witness.runtime.exec("console.log(6 * 7)");
    assert.equal(stdout, "42\n", "the neighbour's VM runs another program");
    const { value: sum } = await withRuntime({}, (fresh) => fresh.run("globalThis.__return(1 + 1)"));
    assert.equal(sum, 2, "there are new VMs");
  });

  after(() => ground?.witness.runtime.dispose());

  return {
    attack: async (code, options = {}) => attack(prepared(), code, options),
    besiege: async (use, vm) => besiege(prepared(), vm, use),
    async withVm(use) {
      prepared();
      return withRuntime({}, use);
    },
  };
}
