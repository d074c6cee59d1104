import { Control } from "../kernel/control/control.ts";
import type { GuestFiles } from "../kernel/control/guest_files.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { CreatedVm, CreateVm, MethodName, Params, Result, RunProcess, WireWalls } from "../protocol/api.ts";
import { Connection } from "../protocol/connection.ts";
import { codedError } from "../protocol/errors.ts";
import type { Transport } from "../protocol/transport.ts";
import { GuestProcess } from "./guest_process.ts";
import { withPosixErrors } from "./posix_error.ts";

/** The largest file that the host writes. */
const MAX_FILE_BYTES = 2 ** 31;

type Handlers = { [M in MethodName]: (params: Params<M>) => Result<M> | Promise<Result<M>> };

/** Answers the host of a VM: its processes, and one handler a method of the protocol. */
export class Session {
  /** What stands round this process; told with the VM. */
  walls: WireWalls = {};
  readonly #kernel: Kernel;
  readonly #connection: Connection;
  readonly #processes = new Map<number, GuestProcess>();
  readonly #bootTiming: Record<string, number>;
  #machine: Control | undefined;

  /**
   * @param bootTiming milliseconds of the process's start by phase, told with the VM
   * @param onClose the host is gone
   */
  constructor(kernel: Kernel, transport: Transport, bootTiming: Record<string, number>, onClose: () => void) {
    this.#kernel = kernel;
    this.#bootTiming = bootTiming;
    this.#connection = new Connection(transport, {
      side: "vm",
      onRequest: (method, params) => this.#answer(method, params),
      onClose,
    });
  }

  #answer(method: string, params: any): unknown {
    if (!Object.hasOwn(this.#handlers, method)) {
      throw codedError(Error, "ERR_UNKNOWN_METHOD", `There is no method ${method}`);
    }
    return this.#handlers[method as MethodName](params);
  }

  readonly #handlers: Handlers = {
    "vm.create": (params) => this.#createVm(params),
    "process.run": (params) => this.#run(params),
    "process.kill": ({ process, signal }) => {
      this.#processes.get(process)?.kill(signal);
      return null;
    },
    "fs.readFile": ({ path }) =>
      this.#connection.sendPayload(withPosixErrors("open", [path], () => this.#files.readFile(path))),
    "fs.writeFile": async ({ path, data }) => {
      const bytes = await this.#connection.receivePayload(data, MAX_FILE_BYTES);
      writeFile(this.#files, path, bytes);
      return null;
    },
    "fs.mkdir": ({ path, recursive }) => {
      if (recursive) makeDirectories(this.#files, path);
      else withPosixErrors("mkdir", [path], () => this.#files.mkdir(path));
      return null;
    },
    "fs.readdir": ({ path }) => withPosixErrors("scandir", [path], () => this.#files.readdir(path)),
    "fs.stat": ({ path }) => withPosixErrors("stat", [path], () => this.#files.stat(path)),
    "fs.rm": ({ path, recursive, force }) => {
      withPosixErrors("rm", [path], () => this.#files.rm(path, recursive, force));
      return null;
    },
    "fs.exists": ({ path }) => this.#files.exists(path),
    "fs.rename": ({ path, to }) => {
      withPosixErrors("rename", [path, to], () => this.#files.rename(path, to));
      return null;
    },
  };

  get #files(): GuestFiles {
    return this.#control.files;
  }

  get #control(): Control {
    if (!this.#machine) throw codedError(Error, "ERR_NO_VM", "The VM is not created yet");
    return this.#machine;
  }

  async #createVm({ env, cwd, files: initial, limits, nodeVersion }: CreateVm): Promise<CreatedVm> {
    const begin = performance.now();
    if (this.#machine) throw codedError(Error, "ERR_VM_EXISTS", "The VM is there already");
    const vm = withPosixErrors("boot", [], () => this.#kernel.createVm({ env, cwd, limits, nodeVersion }));
    this.#machine = new Control(vm);
    const { files } = this.#machine;
    const contents = await Promise.all(
      initial.map(([, data]) => this.#connection.receivePayload(data, MAX_FILE_BYTES)),
    );
    makeDirectories(files, cwd);
    for (const [i, [path]] of initial.entries()) {
      makeDirectories(files, path.slice(0, path.lastIndexOf("/")) || "/");
      writeFile(files, path, contents[i]!);
    }
    return { timing: { ...this.#bootTiming, vm: performance.now() - begin }, walls: this.walls };
  }

  async #run(params: RunProcess): Promise<Result<"process.run">> {
    const process = new GuestProcess(this.#control, this.#connection, params);
    this.#processes.set(params.process, process);
    try {
      return await process.run();
    } finally {
      this.#processes.delete(params.process);
    }
  }
}

const makeDirectories = (files: GuestFiles, path: string): void =>
  withPosixErrors("mkdir", [path], () => files.makeDirectories(path));

const writeFile = (files: GuestFiles, path: string, data: Uint8Array): void =>
  withPosixErrors("open", [path], () => files.writeFile(path, data));
