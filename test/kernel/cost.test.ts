/** What one syscall may cost, and what a guest may make the kernel remember: the lock and the heap are all VMs'. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL_SIGNALS, SIGRTMIN } from "../../src/kernel/process/signal_numbers.ts";
import { O_NONBLOCK } from "../../src/kernel/vfs/open_flags.ts";
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

test("thousands of queued signals are read in a moment, in order", () => {
  const guest = new Machine().guest();
  guest.sys("rt_sigprocmask", 2, ALL_SIGNALS);
  const fd = guest.sys("signalfd4", -1, ALL_SIGNALS, O_NONBLOCK) as number;
  const buffer = new Uint8Array(128 * 2048);
  let read = 0;
  const elapsed = fastest(3, () => {
    for (let i = 0; i < 1024; i++) {
      guest.sys("kill", guest.pid, SIGRTMIN + 20 - (i % 20));
      guest.sys("tgkill", guest.pid, guest.pid, SIGRTMIN + (i % 20));
    }
    const start = performance.now();
    read = guest.sys("read", fd, buffer) as number;
    return performance.now() - start;
  });
  assert.equal(read, 128 * 2048);
  assert.ok(elapsed < 25, `${elapsed} ms`);
  const view = new DataView(buffer.buffer);
  const order = Array.from({ length: 1024 }, (_, i) => view.getUint32(i * 128, true));
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
  assert.equal(guest.sys("rt_sigpending"), 0n);
});

test("a walk through /proc/<pid> does not collect what its files tell", () => {
  const machine = new Machine();
  const env = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`NAME_${i}`, "value"]));
  const guest = machine.guest({ env });
  const path = `/proc/${`${guest.pid}/../`.repeat(500)}self`;
  const out = new Uint8Array(18 * 8);
  const elapsed = fastest(5, () => assert.equal(guest.sys("stat", path, out), 0));
  assert.ok(elapsed < 20, `${elapsed} ms`);
});

test("removed directories count as inodes as long as a descriptor or a working directory below needs them", () => {
  const machine = new Machine({ cwd: "/tmp" });
  const { quota } = machine.vm;
  const guest = machine.guest();
  const before = quota.usedInodes;
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
  assert.equal(quota.usedInodes, before + 5000);
  const again = guest.sys("dup", fd) as number;
  guest.sys("fchdir", fd);
  guest.sys("close", fd);
  guest.sys("close", again);
  assert.equal(quota.usedInodes, before + 5000, "the working directory is still there");
  assert.equal(guest.sys("chdir", "../.."), 0, "and so are those above it");
  assert.equal(quota.usedInodes, before + 4998);
  guest.sys("chdir", "/tmp");
  assert.equal(quota.usedInodes, before);

  const file = guest.sys("mkdir", "/tmp/a", 0o755) as number;
  assert.equal(file, 0);
  guest.sys("mkdir", "/tmp/a/b", 0o755);
  const unnamed = guest.sys("open", "/tmp/a/b", 0o20200002, 0o600) as number;
  guest.sys("rmdir", "/tmp/a/b");
  guest.sys("rmdir", "/tmp/a");
  assert.equal(quota.usedInodes, before + 3);
  guest.sys("close", unnamed);
  assert.equal(quota.usedInodes, before);

  const child = guest.child();
  child.sys("mkdir", "/tmp/a", 0o755);
  child.sys("chdir", "/tmp/a");
  guest.sys("rmdir", "/tmp/a");
  assert.equal(quota.usedInodes, before + 1);
  guest.sys("kill", child.pid, 9);
  assert.equal(quota.usedInodes, before);
  machine.check();
});
