import assert from "node:assert/strict";
import { test } from "node:test";
import type { SyscallName } from "../../src/abi/syscalls.ts";
import { GuestFiles } from "../../src/kernel/control/guest_files.ts";
import { EMFILE } from "../../src/kernel/errno.ts";
import { MAX_INOTIFY_INSTANCES } from "../../src/kernel/limits/fixed.ts";
import { type Guest, Machine } from "./machine.ts";
import { generator } from "./random.ts";
import { fails } from "./vfs/support.ts";

const ROUNDS = 25;
const STEPS = 1500;
const NAMES = ["a", "b", "d/a", "d/b", "d/e/a", "d", "d/e", "../tmp/d", ".", "..", "/tmp/a", "/proc/self/fd/4", "a/"];
const TEXTS = [1, 10, 5000, 70_000].map((length) => new Uint8Array(length).fill(1));

/** What a guest may do with files, processes and queues, by chance. */
function step(guest: Guest, random: () => number): void {
  const below = (count: number): number => Math.floor(random() * count);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)]!;
  const name = (): string => pick(NAMES);
  const fd = (): number => 3 + below(12);
  const calls: [SyscallName, ...unknown[]][] = [
    [
      "open",
      name(),
      pick([0, 1, 2, 0o102, 0o1102, 0o302, 0o2101, 0o200000, 0o20200002, 0o10000000, 0o4000, 0o4001]),
      0o666,
    ],
    ["close", fd()],
    ["dup", fd()],
    ["dup2", fd(), fd()],
    ["write", fd(), pick(TEXTS)],
    ["pwrite64", fd(), pick(TEXTS), below(300_000)],
    ["read", fd(), new Uint8Array(pick([1, 5000, 70_000]))],
    ["ftruncate", fd(), below(200_000)],
    ["truncate", name(), below(200_000)],
    ["write_file", name(), pick(TEXTS)],
    ["copy_file", name(), name(), 0],
    ["mkdir", name(), 0o777],
    ["rmdir", name()],
    ["unlink", name()],
    ["link", name(), name()],
    ["symlink", pick(["a", "d", "x".repeat(200), "/proc/self/fd/5"]), name()],
    ["rename", name(), name(), pick([0, 0, 1, 2])],
    ["chdir", pick(["/tmp", "d", "d/e", "..", "."])],
    ["fchdir", fd()],
    ["pipe2", pick([0, 0o4000])],
    ["eventfd2", 1, 0o4000],
    ["epoll_create1", 0],
    ["epoll_ctl", fd(), pick([1, 1, 2, 3]), fd(), 5],
    ["epoll_wait", fd(), new Uint8Array(64), 0],
    ["inotify_init1", 0o4000],
    ["inotify_add_watch", fd(), name(), pick([0xfff, 0x80000fff])],
    ["inotify_rm_watch", fd(), 1 + below(5)],
    ["inotify_read", fd()],
  ];
  const [call, ...args] = pick(calls);
  guest.host.call(guest.tid, call, ...args);
}

test("whatever guests do, all that they used is given back when they and their files are gone", async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const machine = new Machine({ cwd: "/tmp", limits: { fds: 15, inodes: 300, fsBytes: 2 << 20 } });
    const { host, vm } = machine;
    const before = { bytes: vm.storage.bytes.used, inodes: vm.storage.inodes.used };
    const files = new GuestFiles(vm);
    const atBoot = files.readdir("/");
    const random = generator(round + 1);
    const guests = Array.from({ length: 3 }, () => machine.guest());
    for (let i = 0; i < STEPS; i++) {
      const at = Math.floor(random() * guests.length);
      const guest = guests[at]!;
      if (host.sleepers.has(guest.tid)) {
        if (random() < 0.02) guest.process.signals.send(KILL);
      } else if (random() < 0.002) {
        guest.sys("exit_group", 0);
      } else {
        step(guest, random);
      }
      host.pass(0.1);
      if (guest.process.isZombie) {
        host.reap();
        guests[at] = machine.guest();
      }
      assert.ok(
        vm.storage.bytes.used <= 2 << 20 && vm.storage.inodes.used <= 300 && vm.storage.bytes.used >= before.bytes,
      );
    }
    for (const process of vm.processes) process.signals.send(KILL);
    host.reap();
    for (const name of files.readdir("/tmp")) await files.rm(`/tmp/${name}`, true, true);
    for (const name of files.readdir("/")) if (!atBoot.includes(name)) await files.rm(`/${name}`, true, true);
    assert.deepEqual({ bytes: vm.storage.bytes.used, inodes: vm.storage.inodes.used }, before, `round ${round}`);
    assert.equal(vm.openFiles.used, 0);
    assert.equal(vm.epollWatches.used, 0);
    for (let i = 0; i < MAX_INOTIFY_INSTANCES; i++) vm.vfs.createInotify();
    fails(EMFILE, () => vm.vfs.createInotify());
    machine.check();
  }
});

const KILL = { signal: 9, code: 0, pid: 0, uid: 0, status: 0 };
