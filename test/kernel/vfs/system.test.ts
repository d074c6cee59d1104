import assert from "node:assert/strict";
import { test } from "node:test";
import { O_CREAT, O_NONBLOCK, O_PATH, O_RDONLY, O_RDWR, O_WRONLY } from "../../../src/abi/fcntl.ts";
import { EACCES, EBADF, EBUSY, ENOENT, ENOSPC, ENOTDIR, ENXIO, EPERM, ESRCH } from "../../../src/kernel/errno.ts";
import { FileDescription } from "../../../src/kernel/vfs/file_description.ts";
import type { Stat } from "../../../src/kernel/vfs/stat.ts";
import { Machine } from "../machine.ts";
import { createBootTree, createVfs, exists, fails, list, read, readAll, user, write } from "./support.ts";

test("the tree at boot", () => {
  const { vfs, root } = createBootTree();
  const expected = ["bin", "dev", "etc", "home", "lib", "mnt", "opt", "proc", "root", "run", "sbin", "srv", "tmp"];
  assert.deepEqual(list(vfs, root, "/").sort(), [...expected, "usr", "var"].sort());
  assert.equal(vfs.stat(root, "/tmp").mode, 0o041777);
  assert.equal(vfs.stat(root, "/var/tmp").mode, 0o041777);
  assert.equal(vfs.stat(root, "/usr/local/bin/node").mode, 0o100755);
  assert.match(read(vfs, root, "/etc/passwd"), /^user:x:1000:1000:user:\/home\/user:\/bin\/sh$/m);
  assert.match(read(vfs, root, "/etc/group"), /^user:x:1000:$/m);
  assert.match(read(vfs, root, "/etc/hosts"), /^127\.0\.0\.1\tlocalhost$/m);
  assert.equal(read(vfs, root, "/etc/hostname"), "test-host\n");
  for (const name of ["os-release", "resolv.conf", "nsswitch.conf", "shells"]) {
    assert.notEqual(read(vfs, root, `/etc/${name}`), "", name);
  }
});

test("the user writes where a tenant expects to, and not to the system", () => {
  const { vfs } = createBootTree();
  const ctx = user(vfs, 1000);
  for (const path of ["/data.json", "/root/data.json", "/home/user/f", "/tmp/f", "/opt/f", "/mnt/f", "/dev/shm/f"]) {
    write(vfs, ctx, path, path);
    assert.equal(read(vfs, ctx, path), path);
  }
  for (const path of ["/etc/f", "/usr/bin/f", "/usr/local/bin/node", "/dev/f", "/bin/f"]) {
    fails(EACCES, () => write(vfs, ctx, path, ""));
  }
});

test("devices: null, zero, full", () => {
  const { vfs } = createBootTree();
  const ctx = user(vfs, 1000);
  const buffer = Buffer.alloc(4, 1);
  const nothing = vfs.open(ctx, "/dev/null", O_RDWR);
  assert.equal(nothing.write(buffer, null), 4);
  assert.equal(nothing.read(buffer, null), 0);
  assert.equal(nothing.seek(5, 0), 0);
  assert.equal(nothing.stat().mode, 0o020666);
  assert.equal(nothing.stat().rdev, 0x103);
  const zero = vfs.open(ctx, "/dev/zero", O_RDWR);
  assert.equal(zero.read(buffer, null), 4);
  assert.deepEqual([...buffer], [0, 0, 0, 0]);
  assert.equal(zero.write(buffer, 1000), 4);
  const full = vfs.open(ctx, "/dev/full", O_RDWR);
  assert.equal(full.read(buffer.fill(1), null), 4);
  assert.equal(buffer[0], 0);
  fails(ENOSPC, () => full.write(buffer, null));
  fails(EBADF, () => vfs.open(ctx, "/dev/null", O_RDONLY).write(buffer, null));
  fails(EBADF, () => vfs.open(ctx, "/dev/zero", O_WRONLY).read(buffer, null));
  vfs.open(ctx, "/dev/null", O_WRONLY | O_CREAT, 0o666).decRef();
  fails(ENXIO, () => vfs.open(ctx, "/dev/tty", O_RDWR));
});

test("devices: random and urandom", () => {
  const { vfs, root } = createBootTree();
  for (const path of ["/dev/random", "/dev/urandom"]) {
    const file = vfs.open(root, path, O_RDONLY);
    const first = Buffer.alloc(32);
    const second = Buffer.alloc(32);
    assert.equal(file.read(first, null), 32);
    assert.equal(file.read(second, null), 32);
    assert.ok(!first.equals(second) && !first.equals(Buffer.alloc(32)));
  }
});

test("mounts are listed", () => {
  const { vfs, root, inspector } = createBootTree();
  inspector.add(5);
  inspector.current = 5;
  const mounts = read(vfs, root, "/proc/mounts").trimEnd().split("\n");
  assert.deepEqual(
    mounts.map((line) => line.split(" ").slice(0, 3).join(" ")),
    ["tmpfs / tmpfs", "dev /dev devtmpfs", "tmpfs /dev/shm tmpfs", "proc /proc proc"],
  );
  assert.equal(read(vfs, root, "/etc/mtab"), read(vfs, root, "/proc/5/mounts"));
});

test("/proc lists the processes", () => {
  const { vfs, root, inspector } = createBootTree();
  inspector.add(1);
  inspector.add(12);
  inspector.add(7);
  const names = list(vfs, root, "/proc");
  assert.deepEqual(names.slice(-3), ["1", "7", "12"]);
  assert.ok(names.includes("meminfo") && names.includes("self"));
  assert.equal(new Set(names).size, names.length);
  fails(ENOENT, () => vfs.stat(root, "/proc/99"));
  fails(ENOENT, () => vfs.stat(root, "/proc/01"));
  fails(ENOENT, () => vfs.stat(root, "/proc/__proto__"));
  fails(ENOENT, () => vfs.stat(root, "/proc/1e0"));
  fails(ENOENT, () => vfs.mkdir(root, "/proc/new", 0o755));
  fails(ENOENT, () => write(vfs, root, "/proc/1/new", ""));
  fails(EPERM, () => vfs.unlink(root, "/proc/version"));
  fails(EACCES, () => vfs.open(root, "/proc/version", O_RDWR));
  fails(EBUSY, () => vfs.rmdir(root, "/proc"));
});

test("/proc/<pid> describes a process", () => {
  const { vfs, root, inspector } = createBootTree();
  inspector.add(42, { ppid: 1 });
  inspector.directory = vfs.resolve(root, "/home/user");
  assert.equal(read(vfs, root, "/proc/42/cmdline"), "node\0app.js\0");
  assert.equal(read(vfs, root, "/proc/42/environ"), "A=1\0B=2\0");
  assert.equal(read(vfs, root, "/proc/42/comm"), "node\n");
  assert.equal(vfs.readlink(root, "/proc/42/exe"), "/usr/local/bin/node");
  assert.equal(vfs.stat(root, "/proc/42/exe").ino, vfs.stat(root, "/usr/local/bin/node").ino);
  assert.equal(vfs.readlink(root, "/proc/42/cwd"), "/home/user");
  assert.equal(vfs.resolve(root, "/proc/42/cwd/.."), vfs.resolve(root, "/home"));
  const stat = read(vfs, root, "/proc/42/stat");
  assert.match(stat, /^42 \(node\) R 1 1 1 0 -1 /);
  assert.equal(stat.trimEnd().split(" ").length, 52);
  const status = read(vfs, root, "/proc/42/status");
  assert.match(status, /^Name:\tnode$/m);
  assert.match(status, /^Uid:\t1000\t1000\t1000\t1000$/m);
  assert.match(status, /^VmRSS:\t {4}4096 kB$/m);
  assert.match(read(vfs, root, "/proc/42/limits"), /^Max open files {12}1024 {17}unlimited/m);
  assert.equal(vfs.stat(root, "/proc/42").uid, 1000);
  assert.equal(vfs.stat(root, "/proc/42/status").size, 0);
  fails(EACCES, () => read(vfs, user(vfs, 5), "/proc/42/environ"));
  // The same file keeps its number.
  assert.equal(vfs.stat(root, "/proc/42/stat").ino, vfs.stat(root, "/proc/42/stat").ino);
});

test("an open proc file tells of a process that ended", () => {
  const { vfs, root, inspector } = createBootTree();
  inspector.add(42);
  const file = vfs.open(root, "/proc/42/status", O_RDONLY);
  inspector.processes.delete(42);
  fails(ESRCH, () => file.read(new Uint8Array(10), null));
});

test("a proc file read in pieces is one text, from the start a new one", () => {
  const { vfs, root } = createBootTree();
  const file = vfs.open(root, "/proc/sys/kernel/random/uuid", O_RDONLY);
  const piece = Buffer.alloc(20);
  file.read(piece, null);
  const rest = readAll(file);
  const uuid = piece.toString() + rest;
  assert.match(uuid, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\n$/);
  file.seek(0, 0);
  assert.notEqual(readAll(file), uuid);
  assert.equal(read(vfs, root, "/proc/sys/kernel/random/boot_id"), read(vfs, root, "/proc/sys/kernel/random/boot_id"));
});

test("files of the whole system", () => {
  const { vfs, root } = createBootTree();
  assert.match(read(vfs, root, "/proc/meminfo"), /^MemTotal: {8}1048576 kB$/m);
  assert.equal(read(vfs, root, "/proc/cpuinfo").match(/^processor\t: \d+$/gm)?.length, 2);
  assert.equal(read(vfs, root, "/proc/uptime"), "12.35 12.35\n");
  assert.match(read(vfs, root, "/proc/loadavg"), /^0\.00 0\.00 0\.00 1\/0 0\n$/);
  assert.match(read(vfs, root, "/proc/version"), /^Linux version /);
  assert.equal(read(vfs, root, "/proc/sys/kernel/hostname"), "test-host\n");
  assert.equal(read(vfs, root, "/proc/sys/kernel/ostype"), "Linux\n");
  assert.equal(read(vfs, root, "/proc/sys/kernel/pid_max"), "4194304\n");
  assert.deepEqual(list(vfs, root, "/proc/sys/kernel/random"), ["boot_id", "entropy_avail", "poolsize", "uuid"]);
  assert.match(read(vfs, root, "/proc/stat"), /^btime 1000000$/m);
});

test("/proc/self is the caller", () => {
  const { vfs, root, inspector } = createBootTree();
  fails(ENOENT, () => vfs.stat(root, "/proc/self"));
  inspector.add(9);
  inspector.current = 9;
  assert.equal(vfs.readlink(root, "/proc/self"), "9");
  assert.equal(read(vfs, root, "/proc/self/comm"), "node\n");
});

test("/proc/self/fd: links to open files that can be opened anew", () => {
  const { vfs, pipes, root, inspector } = createBootTree();
  inspector.add(9);
  inspector.current = 9;
  write(vfs, root, "/tmp/f", "content");
  const file = vfs.open(root, "/tmp/f", O_RDONLY);
  const { reader, writer } = pipes.create(root.creds, 0);
  inspector.files.set(0, reader);
  inspector.files.set(1, writer);
  inspector.files.set(10, file);
  assert.deepEqual(list(vfs, root, "/proc/self/fd"), ["0", "1", "10"]);
  assert.equal(vfs.readlink(root, "/proc/self/fd/10"), "/tmp/f");
  assert.equal(vfs.stat(root, "/proc/self/fd/10", false).mode, 0o120500);
  assert.equal(vfs.stat(root, "/dev/stdout", true).mode, 0o010600);
  assert.equal(vfs.readlink(root, "/proc/self/fd/1"), `pipe:[${writer.stat().ino}]`);
  // Also after the name is gone.
  vfs.unlink(root, "/tmp/f");
  assert.equal(vfs.readlink(root, "/proc/self/fd/10"), "/tmp/f (deleted)");
  assert.equal(read(vfs, root, "/dev/fd/10"), "content");
  write(vfs, root, "/dev/stdout", "out");
  const buffer = Buffer.alloc(9);
  assert.equal(reader.read(buffer, null), 3);
  vfs.open(root, "/dev/stdin", O_RDONLY | O_NONBLOCK).decRef();
  fails(ENOENT, () => vfs.stat(root, "/dev/stderr"));
  fails(ENOENT, () => vfs.stat(root, "/proc/self/fd/01"));
  fails(ENOTDIR, () => vfs.stat(root, "/proc/self/fd/10/x"));
});

class Stream extends FileDescription {
  readonly mode: number;
  constructor(mode: number) {
    super(O_WRONLY);
    this.mode = mode;
  }
  override stat(): Stat {
    return { ...vfsStat, mode: this.mode };
  }
  override describe(): string {
    return "stream:[1]";
  }
}

const vfsStat = createVfs().vfs.root.inode.stat();

test("/proc/self/fd of what has no inode gives the same open file", () => {
  const { vfs, root, inspector } = createBootTree();
  inspector.add(9);
  inspector.current = 9;
  const stream = new Stream(0o010600);
  inspector.files.set(1, stream);
  inspector.files.set(2, new Stream(0o140777));
  assert.equal(vfs.open(user(vfs, 1000), "/dev/stdout", O_WRONLY), stream);
  assert.equal(vfs.stat(root, "/dev/stdout").mode, 0o010600);
  assert.equal(vfs.readlink(root, "/proc/self/fd/1"), "stream:[1]");
  fails(EACCES, () => vfs.open(root, "/dev/stdout", O_RDONLY));
  fails(ENXIO, () => vfs.open(root, "/dev/stderr", O_WRONLY));
});

test("a file that is closed is not opened again by a place that O_PATH kept", () => {
  const machine = new Machine();
  const guest = machine.guest();
  const epoll = guest.sys("epoll_create1", 0) as number;
  const event = guest.sys("eventfd2", 0, 0) as number;
  guest.sys("epoll_ctl", epoll, 1, event, 1);
  const place = guest.sys("open", `/proc/self/fd/${epoll}`, O_PATH, 0) as number;
  const again = guest.sys("open", `/proc/self/fd/${place}`, O_RDONLY, 0) as number;
  guest.sys("close", epoll);
  assert.equal(machine.vm.epollWatches.used, 1, "it is still open");
  guest.sys("close", again);
  assert.equal(machine.vm.epollWatches.used, 0);
  assert.equal(guest.sys("open", `/proc/self/fd/${place}`, O_RDONLY, 0), -ENXIO.errno);
  machine.check();
});

test("nothing that a guest may do to its tree breaks procfs", () => {
  const { vfs, root, inspector } = createBootTree();
  inspector.add(9);
  inspector.current = 9;
  inspector.directory = vfs.resolve(root, "/home/user");
  vfs.rename(root, "/home/user", "/moved");
  assert.equal(vfs.readlink(root, "/proc/self/cwd"), "/moved");
  vfs.rmdir(root, "/moved");
  assert.equal(vfs.readlink(root, "/proc/self/cwd"), "/moved (deleted)");
  assert.ok(exists(vfs, root, "/proc/self/cwd/."));
});
