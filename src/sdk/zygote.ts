import { type VmProcess, type VmProcessOptions, ZygoteProcess } from "./zygote_process.ts";

/** How long the zygote outlives its last VM, in milliseconds. */
const IDLE_GRACE_MS = 10_000;

/** What most VMs are: for these a process waits, made in advance. */
const USUAL: VmProcessOptions = { jail: true, vmMemoryMb: 1024 };
export const DEFAULT_VM_MEMORY_MB = USUAL.vmMemoryMb;

const isUsual = ({ jail, vmMemoryMb }: VmProcessOptions) => jail === USUAL.jail && vmMemoryMb === USUAL.vmMemoryMb;

/** The engine process of this host process, and a VM's process that waits ready. */
interface Engine {
  readonly process: ZygoteProcess;
  spare: Promise<VmProcess> | undefined;
  vms: number;
  idle?: NodeJS.Timeout;
}

/** Replaced when it was lost or let go. */
let engine: Engine | undefined;

/**
 * A process for a VM, from the host's one zygote, which is started if need be. The VM holds the zygote until its process has
 * ended.
 * @throws Error (ERR_ENGINE_START, ERR_UNSUPPORTED_PLATFORM)
 */
export async function startVmProcess(options: VmProcessOptions): Promise<VmProcess> {
  if (!engine?.process.usable) engine = startEngine();
  const mine = engine;
  clearTimeout(mine.idle);
  mine.vms++;
  const release = () => {
    if (--mine.vms === 0) mine.idle = setTimeout(() => letGo(mine), IDLE_GRACE_MS).unref();
  };
  try {
    const vm = (await takeSpare(mine, options)) ?? (await mine.process.fork(options));
    void vm.ended.then(release);
    return vm;
  } catch (error) {
    release();
    throw error;
  }
}

function startEngine(): Engine {
  const started: Engine = { process: new ZygoteProcess(), spare: undefined, vms: 0 };
  started.process.onWarm = () => makeSpare(started);
  return started;
}

/** The waiting process, if it is there and is what is wanted; another takes its place. */
async function takeSpare(engine: Engine, options: VmProcessOptions): Promise<VmProcess | undefined> {
  const { spare } = engine;
  if (!spare || !isUsual(options)) return undefined;
  engine.spare = undefined;
  makeSpare(engine);
  const vm = await spare.catch(() => undefined);
  return vm?.end ? undefined : vm;
}

function makeSpare(engine: Engine): void {
  engine.spare ??= engine.process.fork(USUAL);
  engine.spare.catch(() => {});
}

function letGo(idle: Engine): void {
  if (engine === idle) engine = undefined;
  idle.process.close();
}
