import assert from "node:assert/strict";
import { test } from "node:test";
import { O_CLOEXEC } from "../../../../src/abi/fcntl.ts";
import { RLIMIT_NOFILE } from "../../../../src/abi/resource.ts";
import { SIGTERM } from "../../../../src/abi/signal.ts";
import { EAGAIN, ENFILE, ENOSYS } from "../../../../src/kernel/errno.ts";
import type { ProgramImage, Runner } from "../../../../src/kernel/host.ts";
import { type Image, nodeImage } from "../../../../src/kernel/process/exec/image.ts";
import { spawn } from "../../../../src/kernel/process/exec/spawn.ts";
import type { FdTable } from "../../../../src/kernel/process/fd_table.ts";
import { Guest, Machine } from "../../machine.ts";
import { fails } from "../../vfs/support.ts";

/** Spawns as a syscall of `parent` would. */
function child(parent: Guest, image: Image, fds: FdTable): Guest {
  const { machine, process } = parent;
  const { creds, fs, rlimits } = process;
  const options = { creds, cwd: fs.cwd, rlimits: rlimits.clone(), newSession: false, onExit: null };
  const limits = { memoryBytes: 1 << 20, cpuMs: Infinity };
  return new Guest(machine, spawn(machine.vm, process, image, fds, { ...options, limits }));
}

test("a forked table has the same open files; those marked so are closed by exec", () => {
  const machine = new Machine();
  const parent = machine.guest();
  const [read, write] = parent.sys("pipe2", 0) as number[];
  const marked = parent.sys("open", "/tmp", O_CLOEXEC) as number;
  const fds = parent.process.fds.fork();
  assert.equal(machine.vm.openFiles.used, 12);
  assert.deepEqual(fds.numbers(), [0, 1, 2, read, write, marked]);
  assert.equal(fds.get(write), parent.process.fds.get(write));
  assert.ok(fds.closeOnExec(marked) && !fds.closeOnExec(read));
  fds.closeMarked();
  assert.deepEqual(fds.numbers(), [0, 1, 2, read, write]);
  const guest = child(parent, nodeImage(["node"], []), fds);
  parent.sys("close", write);
  const reading = parent.sleep("read", read, new Uint8Array(4));
  assert.equal(guest.sys("write", write, Buffer.from("x")), 1);
  machine.host.run();
  assert.equal(reading.result, 1);
  assert.equal(guest.sys("dup", 0), marked, "the lowest number is free again");
  guest.sys("exit_group", 0);
  assert.equal(parent.sys("read", read, new Uint8Array(4)), 0, "its end was the last");
  machine.check();
});

test("what does not fit is not forked, and leaves no reference behind", () => {
  const machine = new Machine({ limits: { openFiles: 5 } });
  const parent = machine.guest();
  fails(ENFILE, () => parent.process.fds.fork());
  assert.equal(machine.vm.openFiles.used, 3);
  const file = parent.process.fds.get(0);
  parent.sys("exit_group", 0);
  assert.equal(file.tryIncRef(), false);
});

test("a child is its parent's: group, session, ids, umask, signals that are ignored", () => {
  const machine = new Machine();
  const parent = machine.guest();
  parent.sys("umask", 0o027);
  parent.sys("chdir", "/tmp");
  parent.sys("rt_sigaction", SIGTERM, 1, 0);
  const guest = child(parent, nodeImage(["node", "x"], [["A", "1"]]), parent.process.fds.fork());
  assert.deepEqual([guest.sys("getppid"), guest.sys("getpgid", 0), guest.sys("getsid", 0)], Array(3).fill(parent.pid));
  assert.deepEqual([guest.sys("getcwd"), guest.sys("umask", 0), guest.sys("getuid")], ["/tmp", 0o027, 1000]);
  assert.equal(guest.sys("rt_sigaction", SIGTERM), 1);
  assert.equal(guest.readFile("/proc/self/cmdline"), "node\0x\0");
  assert.equal(guest.readFile("/proc/self/environ"), "A=1\0");
  assert.deepEqual(guest.sys("prlimit64", 0, RLIMIT_NOFILE), parent.sys("prlimit64", 0, RLIMIT_NOFILE));
  parent.sys("kill", guest.pid, 9);
  machine.check();
});

test("a thread has a number beside its process's", () => {
  const machine = new Machine();
  const guest = machine.guest();
  const id = machine.vm.processes.allocateId();
  const second = machine.vm.tasks.add(guest.process, id, machine.host, 0n);
  assert.equal(machine.host.call(second.tid, "gettid"), id);
  assert.equal(machine.host.call(second.tid, "getpid"), guest.pid);
  assert.equal(guest.sys("gettid"), guest.pid);
  assert.match(guest.readFile("/proc/self/status"), /Threads:\t2/);
  const sender = machine.guest();
  assert.equal(sender.sys("tgkill", guest.pid, id + 1, 0), -3);
  assert.equal(sender.sys("tgkill", guest.pid, id, 0), 0);
  machine.kernel.taskExited(second.tid, "exit");
  assert.equal(guest.status(), null, "the first goes on");
  assert.equal(sender.sys("tgkill", guest.pid, id, 0), -3);
  machine.check();
});

/** Runs nothing: ends a task when a test says so, and is no thread. */
class ToolRunner implements Runner {
  readonly started: [tid: number, image: ProgramImage][] = [];
  readonly terminated: number[] = [];
  start(tid: number, image: ProgramImage): void {
    this.started.push([tid, image]);
  }
  wake(): void {}
  terminate(tid: number): void {
    this.terminated.push(tid);
  }
  interruptScript(): boolean {
    return false;
  }
  cpuTime() {
    return { userUs: 7, systemUs: 0 };
  }
  memoryUsage() {
    return { rss: 9, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 };
  }
}

test("each kind of program has its runner; without one it is ENOSYS", () => {
  const machine = new Machine();
  const parent = machine.guest();
  const image: Image = nodeImage(["add", "1"], [], { program: "tool", exe: "/usr/local/bin/add" });
  const fds = parent.process.fds.fork();
  fails(ENOSYS, () => child(parent, image, fds));
  assert.equal(machine.vm.processes.size, 1, "the table is the caller's still");
  const runner = new ToolRunner();
  machine.host.runners.set("tool", runner);
  const tool = child(parent, image, fds);
  assert.deepEqual(runner.started, [[tool.tid, image]]);
  assert.match(parent.readFile(`/proc/${tool.pid}/stat`), /^\d+ \(add\) /);
  assert.equal(machine.host.started.length, 1);
  parent.sys("kill", tool.pid, SIGTERM);
  assert.deepEqual([runner.terminated, machine.host.terminated], [[tool.tid], []]);
  machine.kernel.taskExited(tool.tid, "exit");
  assert.deepEqual(parent.sys("wait4", tool.pid, 0), [tool.pid, SIGTERM, 7, 0]);
  machine.check();
});

test("a process that can't be made gives its table back to who asked", () => {
  const machine = new Machine({ limits: { processes: 1 } });
  const parent = machine.guest();
  const fds = parent.process.fds.fork();
  fails(EAGAIN, () => child(parent, nodeImage(["node"], []), fds));
  fds.clear();
  assert.equal(machine.vm.openFiles.used, 3);
});

test("an identity that changes is another object: who has the old one keeps it", () => {
  const machine = new Machine({ uid: 0, gid: 0 });
  const guest = machine.guest();
  const before = guest.process.creds;
  assert.equal(guest.sys("setresuid", 1, 2, 3), 0);
  assert.equal(guest.sys("setgid", 5), -1);
  assert.deepEqual([before.uid, before.euid, before.suid], [0, 0, 0]);
  const { uid, euid, suid } = guest.process.creds;
  assert.deepEqual([uid, euid, suid], [1, 2, 3]);
});
