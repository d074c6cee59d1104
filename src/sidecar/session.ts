import type { Kernel } from "../kernel/kernel.ts";
import type { Vm } from "../kernel/vm.ts";
import type { CreatedVm, CreateVm, MethodName, Params, Result, RunProcess } from "../protocol/api.ts";
import { Connection } from "../protocol/connection.ts";
import type { Transport } from "../protocol/transport.ts";
import { HostFiles } from "./files.ts";
import { GuestProcess } from "./guest_process.ts";
import { withPosixErrors } from "./posix_error.ts";

/** The largest file that the host writes. */
const MAX_FILE_BYTES = 2 ** 31;

/** After so many disposed VMs the kernel's heap is collected: their files are memory that V8 sees no hurry to free. */
const VMS_A_COLLECTION = 16;

/**
 * How long a disposal waits for the VM's threads, in milliseconds. Some of V8's builtins look at no interrupt for minutes:
 * the program is dead for all others by then, and its memory is free when its thread comes to an end.
 */
const DISPOSAL_GRACE_MS = 1000;

/** A VM of the host's and its file operations. */
interface Machine {
  readonly vm: Vm;
  readonly files: HostFiles;
}

type Handlers = { [M in MethodName]: (params: Params<M>) => Result<M> | Promise<Result<M>> };

/** Answers a host: the registry of its VMs and processes, and one handler a method of the protocol. */
export class Session {
  readonly #kernel: Kernel;
  readonly #connection: Connection;
  readonly #machines = new Map<number, Machine>();
  readonly #processes = new Map<number, GuestProcess>();
  #bootTiming: Record<string, number>;
  readonly #collectGarbage: () => void;
  #gone = 0;

  /**
   * @param bootTiming milliseconds of the sidecar's start by phase, told with the first VM
   * @param collectGarbage frees what VMs that are gone left in the kernel's heap
   */
  constructor(
    kernel: Kernel,
    transport: Transport,
    bootTiming: Record<string, number>,
    collectGarbage: () => void,
    onClose: () => void,
  ) {
    this.#kernel = kernel;
    this.#collectGarbage = collectGarbage;
    this.#bootTiming = bootTiming;
    this.#connection = new Connection(transport, {
      side: "sidecar",
      onRequest: (method, params) => this.#answer(method, params),
      onClose,
    });
  }

  #answer(method: string, params: any): unknown {
    if (!Object.hasOwn(this.#handlers, method)) {
      throw Object.assign(new Error(`There is no method ${method}`), { code: "ERR_UNKNOWN_METHOD" });
    }
    return this.#handlers[method as MethodName](params);
  }

  readonly #handlers: Handlers = {
    "vm.create": (params) => this.#createVm(params),
    "vm.dispose": ({ vm }) => this.#disposeVm(vm),
    "process.run": (params) => this.#run(params),
    "process.kill": ({ process, signal }) => {
      this.#processes.get(process)?.kill(signal);
      return null;
    },
    "fs.readFile": async ({ vm, path }) =>
      this.#connection.sendPayload(await withPosixErrors("open", [path], () => this.#files(vm).readFile(path))),
    "fs.writeFile": async ({ vm, path, data }) => {
      const bytes = await this.#connection.receivePayload(data, MAX_FILE_BYTES);
      await writeFile(this.#files(vm), path, bytes);
      return null;
    },
    "fs.mkdir": ({ vm, path, recursive }) => {
      const files = this.#files(vm);
      if (recursive) makeDirectories(files, path);
      else withPosixErrors("mkdir", [path], () => files.mkdir(path));
      return null;
    },
    "fs.readdir": ({ vm, path }) => withPosixErrors("scandir", [path], () => this.#files(vm).readdir(path)),
    "fs.stat": ({ vm, path }) => withPosixErrors("stat", [path], () => this.#files(vm).stat(path)),
    "fs.rm": async ({ vm, path, recursive, force }) => {
      await withPosixErrors("rm", [path], () => this.#files(vm).rm(path, recursive, force));
      return null;
    },
    "fs.exists": ({ vm, path }) => this.#files(vm).exists(path),
    "fs.rename": ({ vm, path, to }) => {
      withPosixErrors("rename", [path, to], () => this.#files(vm).rename(path, to));
      return null;
    },
  };

  #machine(id: number): Machine {
    const machine = this.#machines.get(id);
    if (!machine) throw Object.assign(new Error(`There is no VM ${id}`), { code: "ERR_UNKNOWN_VM" });
    return machine;
  }

  #files(id: number): HostFiles {
    return this.#machine(id).files;
  }

  async #createVm({ vm: id, env, cwd, files, limits, nodeVersion }: CreateVm): Promise<CreatedVm> {
    const begin = performance.now();
    const vm = withPosixErrors("boot", [], () => this.#kernel.createVm({ env, cwd, limits, nodeVersion }));
    const machine: Machine = { vm, files: new HostFiles(vm) };
    this.#machines.set(id, machine);
    try {
      const contents = await Promise.all(
        files.map(([, data]) => this.#connection.receivePayload(data, MAX_FILE_BYTES)),
      );
      makeDirectories(machine.files, cwd);
      for (const [i, [path]] of files.entries()) {
        makeDirectories(machine.files, path.slice(0, path.lastIndexOf("/")) || "/");
        await writeFile(machine.files, path, contents[i]!);
      }
    } catch (error) {
      await this.#disposeVm(id);
      throw error;
    }
    const timing = { ...this.#bootTiming, vm: performance.now() - begin };
    this.#bootTiming = {};
    return { timing };
  }

  #disposeVm(id: number): Promise<null> | null {
    const machine = this.#machines.get(id);
    if (!machine) return null;
    this.#machines.delete(id);
    return new Promise((resolve) => {
      const grace = setTimeout(resolve, DISPOSAL_GRACE_MS, null);
      machine.vm.destroy(() => {
        clearTimeout(grace);
        resolve(null);
        if (++this.#gone % VMS_A_COLLECTION === 0) this.#collectGarbage();
      });
    });
  }

  async #run(params: RunProcess): Promise<Result<"process.run">> {
    const process = new GuestProcess(this.#machine(params.vm).vm, this.#connection, params);
    this.#processes.set(params.process, process);
    try {
      return await process.run();
    } finally {
      this.#processes.delete(params.process);
    }
  }
}

const makeDirectories = (files: HostFiles, path: string): void =>
  withPosixErrors("mkdir", [path], () => files.makeDirectories(path));

const writeFile = (files: HostFiles, path: string, data: Uint8Array): Promise<void> =>
  withPosixErrors("open", [path], () => files.writeFile(path, data));
