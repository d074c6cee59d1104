import { setImmediate as turn } from "node:timers/promises";
import type { SyscallName } from "../../src/abi/syscalls.ts";
import { createRootFilesystem } from "../../src/kernel/fs/rootfs.ts";
import { Kernel } from "../../src/kernel/kernel.ts";
import { SYSCALLS } from "../../src/kernel/syscalls/index.ts";
import type { CreateVm, MethodName, Params, ProcessStarted, Result, RunProcess } from "../../src/protocol/api.ts";
import { Connection } from "../../src/protocol/connection.ts";
import { Session } from "../../src/server/session.ts";
import { FakeHost, Sleeper } from "../kernel/fake_host.ts";
import { memoryTransports } from "./memory_transport.ts";

/** A session over a kernel whose processes are played by the test: `syscall` does what a guest would do. */
export class Fixture {
  readonly host = new FakeHost();
  readonly kernel = new Kernel(this.host, SYSCALLS, createRootFilesystem);
  readonly connection: Connection;
  readonly started: ProcessStarted[] = [];
  onStarted: (started: ProcessStarted) => void = () => {};
  sessionClosed = false;

  constructor() {
    this.host.kernel = this.kernel;
    const [host, vm] = memoryTransports();
    new Session(this.kernel, vm, { node: 1 }, () => {
      this.sessionClosed = true;
    });
    this.connection = new Connection(host, {
      side: "host",
      onEvent: (_name, params) => {
        this.started.push(params);
        this.onStarted(params);
      },
      onClose() {},
    });
  }

  call<M extends MethodName, T = Result<M>>(
    method: M,
    params: Params<M>,
    receive?: (result: Result<M>) => T,
  ): Promise<T> {
    return this.while(this.connection.request<T>(method, params, receive));
  }

  async createVm(options: Partial<CreateVm> = {}): Promise<void> {
    const defaults: CreateVm = { env: {}, cwd: "/home/user", files: [], limits: {}, nodeVersion: "22.0.0" };
    await this.call("vm.create", { ...defaults, ...options });
  }

  /** Asks for a process; resolves with its end. */
  request(options: Partial<RunProcess> = {}): Promise<Result<"process.run">> {
    const defaults: RunProcess = {
      process: 1,
      program: { kind: "source", source: "1", language: "js", format: "auto", filename: null },
      argv0: "node",
      execArgv: [],
      args: [],
      env: {},
      cwd: null,
      stdin: null,
      outputLimit: null,
      timeoutMs: null,
      limits: {},
      inputs: null,
      wantsValue: true,
    };
    return this.connection.request("process.run", { ...defaults, ...options });
  }

  /** Starts a process. Its end is `result`. */
  async run(options: Partial<RunProcess> = {}): Promise<{ result: Promise<Result<"process.run">>; tid: number }> {
    const before = this.host.started.length;
    const result = this.request(options);
    result.catch(() => {});
    await this.until(() => this.host.started.length > before);
    return { result, tid: this.host.started.at(-1)!.tid };
  }

  /** A syscall of the guest, carried to its end: other things happen while it sleeps. */
  async syscall(tid: number, name: SyscallName, ...args: unknown[]): Promise<unknown> {
    const result = this.host.call(tid, name, ...args);
    if (!(result instanceof Sleeper)) return result;
    await this.until(() => result.done);
    return result.result;
  }

  /** exit_group, and the end of the thread. */
  async exit(tid: number, code: number): Promise<void> {
    this.host.call(tid, "exit_group", code);
    this.host.reap();
    await turn();
  }

  /** Lets deferred work and messages pass until `condition` holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      this.host.run();
      await turn();
    }
  }

  /** Lets deferred work and messages pass until `promise` settles. */
  async while<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const done = () => {
      settled = true;
    };
    promise.then(done, done);
    await this.until(() => settled);
    return promise;
  }
}
