import assert from "node:assert/strict";
import type { SyscallName, SyscallValue } from "../../src/abi/syscalls.ts";
import { createRootFilesystem } from "../../src/kernel/fs/rootfs.ts";
import { Kernel } from "../../src/kernel/kernel.ts";
import type { ExitStatus } from "../../src/kernel/process/exit_status.ts";
import type { Process } from "../../src/kernel/process/process.ts";
import { SYSCALLS } from "../../src/kernel/syscalls/index.ts";
import type { ExecOptions, Vm, VmOptions } from "../../src/kernel/vm.ts";
import { FakeHost, Sleeper } from "./fake_host.ts";

/** A process as a test sees it: one that makes the syscalls it is told to make. */
export class Guest {
  readonly machine: Machine;
  readonly host: FakeHost;
  readonly process: Process;
  readonly tid: number;

  constructor(machine: Machine, process: Process) {
    this.machine = machine;
    this.host = machine.host;
    this.process = process;
    this.tid = process.tasks[0]!.tid;
  }

  get pid(): number {
    return this.process.pid;
  }

  /** How the process ended; null while it lives. */
  status(): ExitStatus | null {
    return this.process.exitStatus;
  }

  /** A syscall that must not sleep. */
  sys(name: SyscallName, ...args: unknown[]): SyscallValue {
    const result = this.host.call(this.tid, name, ...args);
    assert.ok(!(result instanceof Sleeper), `${name} sleeps`);
    return result;
  }

  /** A syscall that must sleep. */
  sleep(name: SyscallName, ...args: unknown[]): Sleeper {
    const result = this.host.call(this.tid, name, ...args);
    assert.ok(result instanceof Sleeper, `${name} returned ${String(result)}`);
    return result;
  }

  /** A child of this process, started by the kernel as a spawn syscall would. */
  child(options: Partial<ExecOptions> = {}): Guest {
    return this.machine.guest({ parent: this.process, ...options });
  }

  writeFile(path: string, text: string): void {
    assert.equal(this.sys("write_file", path, Buffer.from(text)), Buffer.byteLength(text));
  }

  readFile(path: string): string {
    const content = this.sys("read_file", path);
    assert.ok(content instanceof Uint8Array, `read_file(${path}) returned ${String(content)}`);
    return Buffer.from(content).toString();
  }
}

/** A kernel over a fake host with one VM. */
export class Machine {
  readonly host: FakeHost = new FakeHost();
  readonly kernel: Kernel;
  readonly vm: Vm;

  constructor(options: VmOptions = {}, syscalls = SYSCALLS) {
    this.kernel = new Kernel(this.host, syscalls, createRootFilesystem);
    this.host.kernel = this.kernel;
    this.vm = this.kernel.createVm(options);
  }

  guest(options: Partial<ExecOptions> = {}): Guest {
    return new Guest(this, this.vm.exec({ argv: ["node"], ...options }));
  }

  /** A pipe of root's. */
  pipe(flags = 0): ReturnType<Vm["pipe"]> {
    return this.vm.pipes.create(this.vm.vfs.rootContext().creds, flags);
  }

  /** Fails if the kernel had a bug on the way. */
  check(): void {
    assert.deepEqual(this.host.bugs, []);
  }
}
