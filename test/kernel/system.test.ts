import assert from "node:assert/strict";
import { test } from "node:test";
import { ERESTARTSYS, SYS } from "../../src/abi/syscalls.ts";
import { EFAULT, EINVAL, ENOSYS, EPERM, ESRCH } from "../../src/kernel/errno.ts";
import { SYSCALLS } from "../../src/kernel/syscalls/index.ts";
import { formatSyscall } from "../../src/kernel/syscalls/strace.ts";
import { Machine } from "./machine.ts";
import { generator } from "./random.ts";

test("the table: one entry a number, known letters, as many as the handler takes", () => {
  const numbers = new Set(SYSCALLS.map(({ nr }) => nr));
  assert.equal(numbers.size, SYSCALLS.length);
  assert.equal(SYSCALLS.length, Object.keys(SYS).length);
  for (const { name, signature, handler } of SYSCALLS) {
    assert.match(signature, /^[-iof]{0,8}$/, name);
    assert.ok(handler.length - 2 <= signature.length, `${name}: ${signature}`);
  }
});

test("what is not in the table is ENOSYS, who is not there is ESRCH", () => {
  const machine = new Machine();
  const guest = machine.guest();
  for (const nr of [56, 999, 1063, 1064, 511, 512, -1, 1.5, Number.NaN, Infinity, 2 ** 40]) {
    assert.equal(machine.kernel.dispatch(guest.tid, nr), -ENOSYS.errno, String(nr));
  }
  assert.equal(machine.kernel.dispatch(guest.tid, "length" as unknown as number), -ENOSYS.errno);
  assert.equal(machine.kernel.dispatch(4711, SYS.getpid), -ESRCH.errno);
  machine.check();
});

test("an error that is no Errno is reported as a bug and costs the guest nothing but EFAULT", () => {
  const machine = new Machine();
  const guest = machine.guest();
  const bug = new TypeError("bug");
  machine.vm.vfs.getcwd = () => {
    throw bug;
  };
  assert.equal(guest.sys("getcwd"), -EFAULT.errno);
  assert.deepEqual(machine.host.bugs, [bug]);
  assert.equal(machine.vm.tasks.current, null);
});

test("no argument makes a handler throw anything but an Errno", () => {
  const random = generator(1);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const values: (() => unknown)[] = [
    () => undefined,
    () => null,
    () => true,
    () => Number.NaN,
    () => -0,
    () => pick([0, 1, 2, 3, 4, 5, 6, 7, 8, -1, -100, 100, 1000]),
    () => pick([2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53, 1e308, Infinity, -Infinity, 0.5]),
    () => pick([0n, 1n, -1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 100n]),
    () => pick(["", "/", ".", "..", "/tmp/a", "/tmp/a/b", "a\0b", "/proc/self/fd", "/dev/null", "x".repeat(5000)]),
    () => pick(["/proc/self", "/proc/self/fd/0", "/tmp/", "/tmp/..", "\ud800", "/etc/passwd", "__proto__"]),
    () => new Uint8Array(pick([0, 1, 8, 56, 128, 144, 4096])),
    () => new Uint8Array(new ArrayBuffer(160), pick([1, 4, 8]), 144),
    () => [],
    () => [1, "x", null],
    () => ({}),
    () => ({ length: 3, valueOf: "no" }),
    () => ({ __proto__: null }),
  ];
  const hostile = new Set<string>(["exit_group", "kill", "tgkill"]);
  for (let round = 0; round < 30; round++) {
    const machine = new Machine({ limits: { fsBytes: 1 << 20, inodes: 500, fds: 32 } });
    if (round % 2 === 1) {
      machine.vm.permissions.fs.allows = () => random() < 0.9;
      Object.defineProperty(machine.vm.permissions.fs, "verdict", { value: null });
    }
    // The guest may do to its home what it likes.
    const start = () => machine.guest({ cwd: "/" });
    let { tid } = start();
    for (let i = 0; i < 3000; i++) {
      const { nr, name } = pick(SYSCALLS);
      if (hostile.has(name) && random() < 0.9) continue;
      const args = Array.from({ length: Math.floor(random() * 7) }, () => pick(values)());
      const result = machine.kernel.dispatch(tid, nr, ...args);
      if (machine.host.bugs.length > 0) {
        const [bug] = machine.host.bugs;
        assert.fail(
          `${name}(${args.map((arg) => Object.prototype.toString.call(arg)).join()}): ${(bug as Error).stack}`,
        );
      }
      if (result === ERESTARTSYS || machine.kernel.task(tid)?.process.isZombie || machine.host.terminated.length > 0) {
        machine.kernel.taskExited(tid, "exit");
        machine.host.terminated.length = 0;
        machine.vm.vfs.chmod(machine.vm.vfs.rootContext(), "/", 0o777);
        ({ tid } = start());
      }
    }
    machine.vm.destroy();
    assert.equal(machine.vm.openFiles.used, 0);
    machine.check();
  }
});

test("names, clocks, processors, interfaces", () => {
  const machine = new Machine({ hostname: "box" });
  const guest = machine.guest();
  assert.deepEqual(Object.keys(guest.sys("uname") as object), ["sysname", "nodename", "release", "version", "machine"]);
  assert.equal((guest.sys("uname") as { nodename: string }).nodename, "box");
  assert.equal(guest.sys("sethostname", "other"), -EPERM.errno);
  machine.host.pass(2500);
  assert.equal((guest.sys("sysinfo") as { uptime: number }).uptime, 2.5);
  assert.equal(guest.sys("clock_gettime", 1), 2_500_000_000n);
  assert.equal(guest.sys("clock_gettime", 0), machine.host.wallClockNs());
  machine.host.cpu.userUs = 7;
  assert.equal(guest.sys("clock_gettime", 2), 7000n);
  assert.equal(guest.sys("clock_gettime", 99), -EINVAL.errno);
  const cpus = guest.sys("cpu_info") as unknown[];
  assert.equal(cpus.length, 4 * 7);
  assert.equal((guest.sys("network_interfaces") as unknown[]).length, 2 * 7);
  const memory = new Float64Array(5);
  assert.equal(guest.sys("memory_usage", new Uint8Array(memory.buffer)), 0);
  assert.deepEqual([...memory], [4096, 3, 2, 1, 0]);
  const usage = new Float64Array(16);
  assert.equal(guest.sys("getrusage", 0, new Uint8Array(usage.buffer)), 0);
  assert.deepEqual([...usage.subarray(0, 3)], [7, 0, 4]);
  assert.equal(guest.sys("getrusage", 5, new Uint8Array(usage.buffer)), -EINVAL.errno);
  const random = new Uint8Array(3);
  assert.equal(guest.sys("getrandom", random, 0), 3);
  assert.deepEqual([...random], [7, 7, 7]);
  machine.check();
});

test("a run's values in and out", () => {
  const machine = new Machine();
  const guest = machine.guest({ inputs: Uint8Array.of(1, 2), entry: { kind: "source", source: "1" } });
  assert.deepEqual(guest.sys("inputs"), Uint8Array.of(1, 2));
  assert.deepEqual((guest.sys("execinfo") as { entry: unknown }).entry, { kind: "source", source: "1" });
  const scratch = Uint8Array.of(9, 9);
  assert.equal(guest.sys("return_value", scratch), true);
  scratch.fill(0);
  assert.equal(guest.sys("return_value", Uint8Array.of(1)), false);
  assert.deepEqual(guest.process.returnValue, Uint8Array.of(9, 9));
  assert.equal(guest.sys("return_value", "text"), -EFAULT.errno);
  assert.equal(machine.guest().sys("inputs"), null);
});

test("strace's lines", () => {
  const machine = new Machine();
  const guest = machine.guest();
  const lines: string[] = [];
  machine.kernel.tracer = (...call) => lines.push(formatSyscall(...call));
  guest.sys("write_file", "/tmp/f", Buffer.from("x".repeat(40)));
  guest.sys("open", "/tmp/none", 0);
  guest.sys("read", 0, new Uint8Array(8));
  guest.sys("rt_sigprocmask", 0, 4n);
  guest.sys("uname");
  guest.sys("setgroups", [1, 2]);
  machine.kernel.dispatch(guest.tid, 300);
  machine.kernel.tracer = null;
  const { pid } = guest;
  assert.deepEqual(lines, [
    `${pid} write_file("/tmp/f", "${"x".repeat(32)}"…, undefined, undefined) = 40`,
    `${pid} open("/tmp/none", 0, undefined) = -2 ENOENT`,
    `${pid} read(0, <8 bytes>) = 0`,
    `${pid} rt_sigprocmask(0, 4n) = 0n`,
    `${pid} uname() = ${JSON.stringify(guest.sys("uname"))}`,
    `${pid} setgroups([2]) = -1 EPERM`,
    `${pid} syscall_300() = -38 ENOSYS`,
  ]);
});
