import assert from "node:assert/strict";
import { test } from "node:test";
import { SIGCHLD, SIGCONT, SIGKILL, SIGSTOP, SIGTERM, SIGTSTP } from "../../src/abi/signal.ts";
import { SYS } from "../../src/abi/syscalls.ts";
import { EAGAIN, ECHILD, EINTR, EINVAL, EPERM, type Errno, ESRCH } from "../../src/kernel/errno.ts";
import type { Process } from "../../src/kernel/process/process.ts";
import { Machine } from "./machine.ts";

const WNOHANG = 1;
const WUNTRACED = 2;
const WCONTINUED = 8;

test("a process of the host: pid, parent, group, session, identity", () => {
  const machine = new Machine();
  const guest = machine.guest({ argv: ["node", "a.js"], execArgv: ["--x"], env: { A: "1" }, cwd: "/tmp" });
  assert.ok(guest.pid > 1);
  assert.equal(guest.sys("getpid"), guest.pid);
  assert.equal(guest.sys("gettid"), guest.pid);
  assert.equal(guest.sys("getppid"), 1);
  assert.equal(guest.sys("getpgid", 0), guest.pid);
  assert.equal(guest.sys("getsid", 0), guest.pid);
  assert.equal(guest.sys("getuid"), 1000);
  assert.equal(guest.sys("getegid"), 1000);
  assert.deepEqual(guest.sys("getgroups"), [1000]);
  assert.deepEqual(guest.sys("execinfo"), {
    argv: ["node", "a.js"],
    execArgv: ["--x"],
    env: [["A", "1"]],
    cwd: "/tmp",
    execPath: "/usr/local/bin/node",
    nodeVersion: "22.0.0",
    pid: guest.pid,
    ppid: 1,
    uid: 1000,
    gid: 1000,
    entry: null,
  });
  machine.check();
});

test("exec hands limits to the engine, merges the environment and fails cleanly", () => {
  const machine = new Machine({ env: { A: "vm", B: "vm" }, limits: { memoryMb: 64, processes: 1 } });
  const guest = machine.guest({ env: { B: "own" }, limits: { cpuMs: 500 } });
  assert.deepEqual(machine.host.started, [
    { tid: guest.tid, image: guest.process.image, limits: { memoryBytes: 64 * 1024 * 1024, cpuMs: 500 } },
  ]);
  assert.equal(guest.process.image.program, "node");
  assert.deepEqual(guest.process.image.env, [
    ["A", "vm"],
    ["B", "own"],
  ]);
  const { reader, writer } = machine.pipe();
  assert.throws(() => machine.vm.exec({ argv: ["node"], files: [null, writer] }), is(EAGAIN));
  const end = reader.read(new Uint8Array(1), null);
  assert.equal(end, 0, "the file given to a process that could not start is closed");
  assert.equal(machine.vm.openFiles.used, 3);
});

test("the host's limit of descriptors for one process goes before the VM's, upwards too", () => {
  const machine = new Machine({ limits: { fds: 10 } });
  for (const fds of [5, 20]) {
    const guest = machine.guest({ limits: { fds } });
    while ((guest.sys("dup", 0) as number) >= 0);
    assert.equal(guest.process.fds.numbers().length, fds);
    assert.deepEqual(guest.sys("prlimit64", 0, 7), [fds, fds]);
    assert.deepEqual(guest.child().sys("prlimit64", 0, 7), [fds, fds]);
  }
});

test("exec in a directory that is not there", () => {
  const machine = new Machine();
  assert.throws(() => machine.vm.exec({ argv: ["node"], cwd: "/none" }), /ENOENT/);
  assert.equal(machine.vm.openFiles.used, 0);
  assert.equal(machine.vm.processes.size, 0);
});

test("exit: the parent waits and hears of it, and the zombie goes when waited for", () => {
  const machine = new Machine();
  const parent = machine.guest();
  const child = parent.child();
  assert.equal(parent.sys("wait4", -1, WNOHANG), 0);
  const waiting = parent.sleep("wait4", child.pid, 0);
  machine.host.cpu.userUs = 30;
  machine.host.cpu.systemUs = 5;
  child.sys("exit_group", 3);
  assert.deepEqual(machine.host.terminated, [child.tid]);
  machine.host.run();
  assert.deepEqual(waiting.result, [child.pid, 3 << 8, 30, 5]);
  assert.equal(machine.vm.processes.get(child.pid), undefined);
  assert.equal(parent.sys("wait4", -1, WNOHANG), -ECHILD.errno);
  const usage = new Float64Array(16);
  parent.sys("getrusage", -1, new Uint8Array(usage.buffer));
  assert.equal(usage[0], 30);
  machine.host.reap();
  machine.check();
});

test("exit codes are a byte; kill gives 128 + n and a name", () => {
  const machine = new Machine();
  const ended: [number, string | null][] = [];
  const onExit = ({ exitStatus }: Process) => ended.push([exitStatus!.shellCode, exitStatus!.signalName]);
  machine.guest({ onExit }).sys("exit_group", 256 + 7);
  machine.guest({ onExit }).sys("exit_group", -1);
  const killer = machine.guest();
  killer.sys("kill", machine.guest({ onExit }).pid, SIGTERM);
  killer.sys("kill", machine.guest({ onExit }).pid, SIGKILL);
  assert.deepEqual(ended, [], "told on the main thread, not in the syscall");
  machine.host.run();
  assert.deepEqual(ended, [
    [7, null],
    [255, null],
    [143, "SIGTERM"],
    [137, "SIGKILL"],
  ]);
});

test("a dead process's thread gets nothing more", () => {
  const machine = new Machine();
  const guest = machine.guest();
  machine.guest().sys("kill", guest.pid, SIGKILL);
  assert.equal(machine.kernel.dispatch(guest.tid, SYS.getpid), -EINTR.errno);
  machine.host.reap();
  assert.equal(machine.kernel.dispatch(guest.tid, SYS.getpid), -ESRCH.errno);
});

test("children of a dead process go to init, which reaps them", () => {
  const machine = new Machine();
  const parent = machine.guest();
  const child = parent.child();
  const zombie = parent.child();
  zombie.sys("exit_group", 0);
  assert.ok(machine.vm.processes.get(zombie.pid)?.isZombie);
  parent.sys("exit_group", 0);
  assert.equal(machine.vm.processes.get(zombie.pid), undefined);
  assert.equal(child.sys("getppid"), 1);
  child.sys("exit_group", 0);
  assert.equal(machine.vm.processes.size, 0);
  machine.host.reap();
  machine.check();
});

test("wait4 selects by pid, by group, and any", () => {
  const machine = new Machine();
  const parent = machine.guest();
  const a = parent.child();
  const b = parent.child();
  assert.equal(parent.sys("setpgid", b.pid, b.pid), 0);
  assert.equal(parent.sys("wait4", a.pid + 99, 0), -ECHILD.errno);
  a.sys("exit_group", 0);
  b.sys("exit_group", 0);
  assert.equal((parent.sys("wait4", -b.pid, WNOHANG) as number[])[0], b.pid);
  assert.equal(parent.sys("wait4", -b.pid, WNOHANG), -ECHILD.errno);
  assert.equal((parent.sys("wait4", 0, 0) as number[])[0], a.pid);
  assert.equal(parent.sys("wait4", -1, 1 << 20), -EINVAL.errno);
});

test("stopping and continuing: tasks sleep, the parent is told once each", () => {
  const machine = new Machine();
  const parent = machine.guest();
  const child = parent.child();
  parent.sys("kill", child.pid, SIGSTOP);
  assert.deepEqual((parent.sys("wait4", -1, WNOHANG | WUNTRACED) as number[]).slice(0, 2), [
    child.pid,
    (SIGSTOP << 8) | 0x7f,
  ]);
  assert.equal(parent.sys("wait4", -1, WNOHANG | WUNTRACED), 0);
  const stopped = child.sleep("getpid");
  machine.host.run();
  assert.ok(!stopped.done);
  parent.sys("kill", child.pid, SIGCONT);
  machine.host.run();
  assert.equal(stopped.result, child.pid);
  assert.deepEqual((parent.sys("wait4", -1, WNOHANG | WCONTINUED) as number[]).slice(0, 2), [child.pid, 0xffff]);
  assert.equal(parent.sys("wait4", -1, WNOHANG | WCONTINUED), 0);
  machine.check();
});

test("a sleep with a deadline survives being stopped", () => {
  const machine = new Machine();
  const guest = machine.guest();
  const other = machine.guest();
  const sleeper = guest.sleep("clock_nanosleep", 1, 0, 100);
  machine.host.pass(40);
  other.sys("kill", guest.pid, SIGSTOP);
  machine.host.pass(100);
  assert.ok(!sleeper.done);
  other.sys("kill", guest.pid, SIGCONT);
  machine.host.run();
  assert.equal(sleeper.result, 0);
});

test("a stopped orphaned process group is hung up", () => {
  const machine = new Machine();
  const shell = machine.guest();
  const job = shell.child();
  assert.equal(shell.sys("setpgid", job.pid, job.pid), 0);
  shell.sys("kill", job.pid, SIGSTOP);
  shell.sys("exit_group", 0);
  assert.equal(job.status()?.signalName, "SIGHUP");
});

test("other signals wait until a stopped process goes on", () => {
  const machine = new Machine();
  const guest = machine.guest();
  const other = machine.guest();
  other.sys("kill", guest.pid, SIGSTOP);
  other.sys("kill", guest.pid, SIGTERM);
  assert.equal(guest.status(), null);
  other.sys("kill", guest.pid, SIGCONT);
  assert.equal(guest.status()?.signal, SIGTERM);
});

test("the terminal's stop signals do nothing to an orphaned group", () => {
  const machine = new Machine();
  const shell = machine.guest();
  const job = shell.child();
  shell.sys("setpgid", job.pid, job.pid);
  shell.sys("kill", shell.pid, SIGTSTP);
  shell.sys("kill", job.pid, SIGTSTP);
  assert.deepEqual([shell.process.state, job.process.state], ["running", "stopped"]);
});

test("SIGKILL ends a stopped process", () => {
  const machine = new Machine();
  const guest = machine.guest();
  const other = machine.guest();
  other.sys("kill", guest.pid, SIGSTOP);
  other.sys("kill", guest.pid, SIGKILL);
  assert.equal(guest.status()?.signal, SIGKILL);
});

test("a parent that ignores SIGCHLD leaves no zombies", () => {
  const machine = new Machine();
  const parent = machine.guest();
  parent.sys("rt_sigaction", SIGCHLD, 1, 0);
  const child = parent.child();
  const waiting = parent.sleep("wait4", -1, 0);
  child.sys("exit_group", 0);
  machine.host.run();
  assert.equal(waiting.result, -ECHILD.errno);
  assert.equal(machine.vm.processes.get(child.pid), undefined);
});

test("groups and sessions", () => {
  const machine = new Machine();
  const leader = machine.guest();
  const child = leader.child();
  const grandchild = child.child();
  assert.equal(child.sys("getpgid", 0), leader.pid);
  assert.equal(leader.sys("setpgid", 0, 0), -EPERM.errno, "a session leader stays");
  assert.equal(leader.sys("setsid"), -EPERM.errno, "a group leader");
  assert.equal(leader.sys("setpgid", grandchild.pid, 0), -ESRCH.errno, "not a child");
  assert.equal(leader.sys("setpgid", child.pid, 0), 0);
  assert.equal(child.sys("getpgid", 0), child.pid);
  assert.equal(child.sys("setpgid", grandchild.pid, child.pid), 0);
  assert.equal(grandchild.sys("setpgid", 0, 9999), -EPERM.errno, "no such group");
  assert.equal(grandchild.sys("setsid"), grandchild.pid);
  assert.equal(grandchild.sys("getsid", 0), grandchild.pid);
  assert.equal(child.sys("setpgid", grandchild.pid, 0), -EPERM.errno, "another session");
  const stranger = machine.guest();
  assert.equal(stranger.sys("kill", -child.pid, SIGTERM), 0);
  assert.equal(child.status()?.signal, SIGTERM);
  assert.equal(grandchild.status(), null, "it left the group");
  assert.equal(stranger.sys("kill", -child.pid, SIGTERM), -ESRCH.errno);
});

test("pids are not given again while a group or session has them, and the table is bounded", () => {
  const machine = new Machine({ limits: { processes: 3 } });
  const leader = machine.guest();
  const member = leader.child();
  leader.sys("exit_group", 0);
  const seen = new Set<number>();
  for (let i = 0; i < 40_000; i++) {
    const guest = machine.guest();
    seen.add(guest.pid);
    guest.sys("exit_group", 0);
    if (i % 1000 === 0) machine.host.reap();
  }
  assert.ok(!seen.has(leader.pid), "its group lives on");
  assert.ok(!seen.has(member.pid));
  assert.ok(!seen.has(1));
  machine.guest();
  machine.guest();
  assert.throws(() => machine.guest(), is(EAGAIN));
});

test("threads that end for other reasons than exit", () => {
  const machine = new Machine();
  const status = (reason: "exit" | "memory" | "cpu" | "failed") => {
    const guest = machine.guest();
    machine.kernel.taskExited(guest.tid, reason);
    machine.kernel.taskExited(guest.tid, reason);
    return guest.status()?.shellCode;
  };
  assert.equal(status("exit"), 0);
  assert.equal(status("memory"), 137);
  assert.equal(status("cpu"), 137);
  assert.equal(status("failed"), 137);
});

test("the process says on stderr why it was killed", () => {
  const machine = new Machine();
  const { reader, writer } = machine.pipe();
  const guest = machine.guest({ files: [null, null, writer] });
  machine.kernel.taskExited(guest.tid, "memory");
  const text = new Uint8Array(200);
  const count = reader.read(text, null) as number;
  assert.equal(Buffer.from(text.subarray(0, count)).toString(), `node[${guest.pid}] killed: out of memory\n`);
});

test("destroying a VM kills all, frees all, and tells when the last thread is gone", () => {
  const machine = new Machine();
  const exits: number[] = [];
  let gone = 0;
  const a = machine.guest({ onExit: ({ pid }) => exits.push(pid) });
  const b = a.child({ onExit: ({ pid }) => exits.push(pid) });
  b.sleep("clock_nanosleep", 1, 0, 1e9);
  machine.vm.destroy(() => gone++);
  machine.vm.destroy(() => gone++);
  machine.host.run();
  assert.deepEqual(exits.sort(), [a.pid, b.pid]);
  assert.equal(gone, 0);
  assert.equal(machine.vm.openFiles.used, 0);
  machine.host.reap();
  assert.equal(gone, 1);
  assert.throws(() => machine.vm.exec({ argv: ["node"] }), is(ESRCH));
  machine.check();
});

test("a kernel has one VM", () => {
  const { kernel, vm } = new Machine();
  assert.equal(kernel.vm, vm);
  assert.throws(() => kernel.createVm(), /has its VM already/);
  assert.equal(kernel.vm, vm);
});

test("identity: only root takes what it likes", () => {
  const machine = new Machine();
  const user = machine.guest();
  assert.equal(user.sys("setuid", 0), -EPERM.errno);
  assert.equal(user.sys("setuid", 1000), 0);
  assert.equal(user.sys("setgid", 5), -EPERM.errno);
  assert.equal(user.sys("setgroups", [1]), -EPERM.errno);
  assert.equal(user.sys("setuid", -1), -EINVAL.errno);
  assert.equal(user.sys("setuid", "0"), -EINVAL.errno);
  const rooted = new Machine({ uid: 0, gid: 0 }).guest();
  assert.equal(rooted.sys("setgroups", [7, 8]), 0);
  assert.deepEqual(rooted.sys("getgroups"), [7, 8]);
  assert.equal(rooted.sys("setresuid", -1, 5, -1), 0);
  assert.equal(rooted.sys("geteuid"), 5);
  assert.equal(rooted.sys("setresuid", -1, 6, -1), -EPERM.errno);
  assert.equal(rooted.sys("setresuid", -1, 0, -1), 0);
  assert.equal(rooted.sys("setuid", 9), 0);
  assert.equal(rooted.sys("setuid", 0), -EPERM.errno);
});

test("priorities and resource limits", () => {
  const machine = new Machine();
  const guest = machine.guest();
  assert.equal(guest.sys("getpriority", 0, 0), 20);
  assert.equal(guest.sys("setpriority", 0, 0, 7), 0);
  assert.equal(guest.sys("getpriority", 0, guest.pid), 13);
  assert.equal(guest.sys("setpriority", 0, 0, 3), -13);
  assert.equal(guest.sys("getpriority", 9, 0), -EINVAL.errno);
  assert.equal(guest.sys("getpriority", 0, 4242), -ESRCH.errno);
  assert.deepEqual(guest.sys("prlimit64", 0, 7), [1024, 65_536]);
  assert.deepEqual(guest.sys("prlimit64", 0, 7, 4, 8), [1024, 65_536]);
  const limited = new Machine({ limits: { fds: 10 } }).guest();
  assert.deepEqual(limited.sys("prlimit64", 0, 7), [10, 10]);
  assert.deepEqual(guest.sys("prlimit64", 0, 7), [4, 8]);
  assert.equal(guest.sys("prlimit64", 0, 7, 9, 9), -EPERM.errno);
  assert.equal(guest.sys("prlimit64", 0, 7, 8, 4), -EINVAL.errno);
  assert.equal(guest.sys("prlimit64", 0, 99), -EINVAL.errno);
  guest.sys("dup", 0);
  assert.equal(guest.sys("dup", 0), -24);
  const RLIMIT_NPROC = 6;
  guest.sys("prlimit64", 0, RLIMIT_NPROC, 2);
  guest.child();
  assert.throws(() => guest.child(), is(EAGAIN));
});

function is(expected: Errno) {
  return (error: unknown) => error === expected;
}
