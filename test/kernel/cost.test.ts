/** What one syscall may cost, and what a guest may make the kernel remember: the lock and the heap are all VMs'. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { O_CREAT, O_NONBLOCK, O_RDWR } from "../../src/abi/fcntl.ts";
import { ALL_SIGNALS, SIGRTMIN, SIGUSR1 } from "../../src/abi/signal.ts";
import type { SyscallValue } from "../../src/abi/syscalls.ts";
import { ENOENT, EOPNOTSUPP } from "../../src/kernel/errno.ts";
import type { Sleeper } from "./fake_host.ts";
import { Machine } from "./machine.ts";
import { heapBytes } from "./memory.ts";

const MB = 1 << 20;

/** Milliseconds of the fastest of a few runs: what other jobs on the machine do is not measured. */
function fastest(runs: number, work: () => void): number {
  let best = Infinity;
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

test("queued inotify events hold their names, not the paths that were walked", () => {
  const machine = new Machine({ cwd: "/tmp" });
  const guest = machine.guest();
  const fd = guest.sys("inotify_init1", 0) as number;
  guest.sys("inotify_add_watch", fd, "/tmp", 0x1c0);
  const padding = "./".repeat(1900);
  const path = (name: string): string => Buffer.from(`${padding}${name}`).toString("latin1");
  const before = heapBytes();
  for (let i = 0; i < 3000; i++) {
    guest.sys("symlink", "target", path(`a-name-that-makes-a-slice-${i}`));
    guest.sys("rename", path(`a-name-that-makes-a-slice-${i}`), path(`another-name-that-makes-a-slice-${i}`), 0);
    guest.sys("unlink", path(`another-name-that-makes-a-slice-${i}`));
  }
  assert.ok(heapBytes() - before < 5 * MB);
  const events = guest.sys("inotify_read", fd) as unknown[];
  assert.equal(events[3], "a-name-that-makes-a-slice-0");
  assert.equal(events[11], "another-name-that-makes-a-slice-0");
});

test("queued signals are read in order, each for the same cost however many there are", () => {
  const guest = new Machine().guest();
  guest.sys("rt_sigprocmask", 2, ALL_SIGNALS);
  const fd = guest.sys("signalfd4", -1, ALL_SIGNALS, O_NONBLOCK) as number;
  const buffer = new Uint8Array(128 * 2048);
  /** Milliseconds for queueing and reading `count` signals. */
  const cost = (count: number): number =>
    fastest(5, () => {
      for (let i = 0; i < count / 2; i++) {
        guest.sys("kill", guest.pid, SIGRTMIN + 20 - (i % 20));
        guest.sys("tgkill", guest.pid, guest.pid, SIGRTMIN + (i % 20));
      }
      assert.equal(guest.sys("read", fd, buffer), 128 * count);
    });
  const few = cost(256);
  const many = cost(2048);
  assert.ok(many < 3 * (2048 / 256) * few, `256 take ${few} ms, 2,048 take ${many} ms`);
  const view = new DataView(buffer.buffer);
  const order = Array.from({ length: 1024 }, (_, i) => view.getUint32(i * 128, true));
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
  assert.equal(guest.sys("rt_sigpending"), 0n);
});

test("a walk through /proc/<pid> does not collect what its files tell", () => {
  /** Milliseconds for a walk in a process with so many environment variables. */
  const cost = (variables: number): number => {
    const env = Object.fromEntries(Array.from({ length: variables }, (_, i) => [`NAME_${i}`, "value"]));
    const guest = new Machine().guest({ env });
    const path = `/proc/${`${guest.pid}/../`.repeat(500)}self`;
    const out = new Uint8Array(18 * 8);
    return fastest(10, () => assert.equal(guest.sys("stat", path, out), 0));
  };
  const small = cost(5);
  const large = cost(5000);
  assert.ok(large < 5 * small, `${small} ms with 5 variables, ${large} ms with 5,000`);
});

test("removed directories count as inodes as long as a descriptor or a working directory below needs them", () => {
  const machine = new Machine({ cwd: "/tmp" });
  const { storage } = machine.vm;
  const guest = machine.guest();
  const before = storage.inodes.used;
  /** A row of directories, each in the one before, of which nothing is left but the last one, which is in use. */
  const removedRow = (use: () => void, length: number): void => {
    for (let i = 0; i < length; i++) {
      assert.equal(guest.sys("mkdir", "d", 0o755), 0);
      guest.sys("chdir", "d");
    }
    use();
    for (let i = 0; i < length; i++) {
      guest.sys("chdir", "..");
      assert.equal(guest.sys("rmdir", "d"), 0);
    }
  };
  let fd = -1;
  removedRow(() => {
    fd = guest.sys("open", ".", 0, 0) as number;
  }, 5000);
  assert.equal(storage.inodes.used, before + 5000);
  const again = guest.sys("dup", fd) as number;
  guest.sys("fchdir", fd);
  guest.sys("close", fd);
  guest.sys("close", again);
  assert.equal(storage.inodes.used, before + 5000, "the working directory is still there");
  assert.equal(guest.sys("chdir", "../.."), 0, "and so are those above it");
  assert.equal(storage.inodes.used, before + 4998);
  guest.sys("chdir", "/tmp");
  assert.equal(storage.inodes.used, before);

  const file = guest.sys("mkdir", "/tmp/a", 0o755) as number;
  assert.equal(file, 0);
  guest.sys("mkdir", "/tmp/a/b", 0o755);
  const unnamed = guest.sys("open", "/tmp/a/b", 0o20200002, 0o600) as number;
  guest.sys("rmdir", "/tmp/a/b");
  guest.sys("rmdir", "/tmp/a");
  assert.equal(storage.inodes.used, before + 3);
  guest.sys("close", unnamed);
  assert.equal(storage.inodes.used, before);

  const child = guest.child();
  child.sys("mkdir", "/tmp/a", 0o755);
  child.sys("chdir", "/tmp/a");
  guest.sys("rmdir", "/tmp/a");
  assert.equal(storage.inodes.used, before + 1);
  guest.sys("kill", child.pid, 9);
  assert.equal(storage.inodes.used, before);
  machine.check();
});

test("long reads and writes let others in between, and carry every byte", () => {
  const machine = new Machine({ cwd: "/tmp" });
  const { host } = machine;
  const guest = machine.guest();
  const other = machine.guest();
  const fd = guest.sys("open", "long", O_RDWR | O_CREAT, 0o644) as number;
  const content = new Uint8Array(9 * MB + 5).map((_, i) => (i * 31) >>> 8);
  const finish = (sleeper: Sleeper): SyscallValue => {
    assert.ok(sleeper.deadline - host.time < 1, "it goes on by itself");
    const before = sleeper.dispatches;
    host.run();
    assert.equal(sleeper.dispatches, before, "nothing wakes it");
    assert.equal(other.sys("getpid"), other.pid);
    host.pass(10);
    assert.ok(sleeper.done);
    return sleeper.result;
  };
  assert.equal(finish(guest.sleep("write", fd, content)), content.length);
  assert.equal(guest.sys("lseek", fd, 0, 1), content.length);
  const read = new Uint8Array(content.length + 100);
  assert.equal(finish(guest.sleep("pread64", fd, read, 0)), content.length);
  assert.ok(Buffer.from(content).equals(read.subarray(0, content.length)));
  assert.equal(finish(guest.sleep("pwrite64", fd, content, 3)), content.length);
  guest.sys("lseek", fd, 3, 0);
  read.fill(0);
  assert.equal(finish(guest.sleep("read", fd, read)), content.length);
  assert.ok(Buffer.from(content).equals(read.subarray(0, content.length)));
  assert.equal(finish(guest.sleep("copy_file", "long", "copy", 0)), 0);
  const copy = guest.sys("open", "copy", 0, 0) as number;
  finish(guest.sleep("pread64", copy, read, 3));
  assert.ok(Buffer.from(content).equals(read.subarray(0, content.length)));
  assert.equal(finish(guest.sleep("getrandom", read, 0)), read.length);
  assert.ok(read.every((byte) => byte === 7));
  assert.equal(finish(guest.sleep("return_value", content)), true);
  assert.ok(Buffer.from(content).equals(guest.process.returnValue!));
  assert.equal(guest.sys("return_value", content), false);
  assert.equal(guest.sys("read_file", "long"), -EOPNOTSUPP.errno);
  assert.equal(guest.sys("write_file", "new", content), -EOPNOTSUPP.errno);
  assert.equal(guest.sys("path_kind", "new"), -ENOENT.errno, "nothing is made that a second try would find");
  machine.check();
});

test("a long write is neither broken off by a signal nor outlives its process", () => {
  const machine = new Machine({ cwd: "/tmp" });
  const guest = machine.guest();
  const fd = guest.sys("open", "long", O_RDWR | O_CREAT, 0o644) as number;
  guest.sys("rt_sigaction", SIGUSR1, 2, 0);
  const content = new Uint8Array(5 * MB);
  const writing = guest.sleep("write", fd, content);
  machine.guest().sys("kill", guest.pid, SIGUSR1);
  machine.host.pass(1);
  assert.equal(writing.result, content.length);
  guest.sleep("copy_file", "long", "copy", 0);
  machine.vm.destroy();
  machine.host.reap();
  assert.equal(machine.vm.openFiles.used, 0);
  machine.check();
});

test("a long write over the storage tells how much it wrote", () => {
  const machine = new Machine({ cwd: "/tmp", limits: { fsBytes: 5 * MB } });
  const guest = machine.guest();
  const fd = guest.sys("open", "long", O_RDWR | O_CREAT, 0o644) as number;
  const writing = guest.sleep("write", fd, new Uint8Array(9 * MB));
  machine.host.pass(1);
  assert.ok((writing.result as number) > 4 * MB && (writing.result as number) < 5 * MB);
});

test("a directory of many entries is read in portions", () => {
  const guest = new Machine({ cwd: "/tmp" }).guest();
  const count = 10_000;
  for (let i = 0; i < count; i++) guest.sys("mkdir", `d${i}`, 0o755);
  assert.equal(guest.sys("read_dir", "/tmp"), -EOPNOTSUPP.errno);
  const fd = guest.sys("open", "/tmp", 0, 0) as number;
  const names: string[] = [];
  for (;;) {
    const some = guest.sys("getdents64", fd, 2 ** 31 - 1) as { names: string[] };
    assert.ok(some.names.length <= 4096);
    if (some.names.length === 0) break;
    names.push(...some.names);
  }
  assert.equal(new Set(names).size, count);
});
