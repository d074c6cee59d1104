import assert from "node:assert/strict";
import { test } from "node:test";
import {
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} from "../../src/abi/fcntl.ts";
import {
  EBADF,
  EEXIST,
  EINVAL,
  EISDIR,
  EMFILE,
  ENFILE,
  ENOENT,
  ENOTDIR,
  EOPNOTSUPP,
  ESPIPE,
} from "../../src/kernel/errno.ts";
import { Machine } from "./machine.ts";

const stats = () => {
  const fields = new Float64Array(18);
  return { fields, out: new Uint8Array(fields.buffer) };
};

test("open, write, seek, read, close", () => {
  const machine = new Machine();
  const guest = machine.guest();
  const fd = guest.sys("open", "/tmp/f", O_RDWR | O_CREAT, 0o640) as number;
  assert.equal(fd, 3);
  assert.equal(guest.sys("write", fd, Buffer.from("hello world")), 11);
  assert.equal(guest.sys("lseek", fd, 6, 0), 6);
  const buffer = Buffer.alloc(16);
  assert.equal(guest.sys("read", fd, buffer), 5);
  assert.equal(buffer.toString("utf8", 0, 5), "world");
  assert.equal(guest.sys("pread64", fd, buffer, 0), 11);
  assert.equal(guest.sys("pread64", fd, buffer, 0n), 11);
  assert.equal(guest.sys("pwrite64", fd, Buffer.from("J"), 0), 1);
  assert.equal(guest.sys("lseek", fd, 0, 1), 11, "positional calls leave the offset alone");
  assert.equal(guest.sys("ftruncate", fd, 5), 0);
  assert.equal(guest.readFile("/tmp/f"), "Jello");
  assert.equal(guest.sys("fsync", fd), 0);
  assert.equal(guest.sys("fdatasync", fd), 0);
  assert.equal(guest.sys("close", fd), 0);
  assert.equal(guest.sys("close", fd), -EBADF.errno);
  assert.equal(guest.sys("truncate", "/tmp/f", 2), 0);
  assert.equal(guest.readFile("/tmp/f"), "Je");
  machine.check();
});

test("access modes and wrong fds", () => {
  const guest = new Machine().guest();
  guest.writeFile("/tmp/f", "x");
  const reading = guest.sys("open", "/tmp/f", O_RDONLY);
  const writing = guest.sys("open", "/tmp/f", O_WRONLY);
  assert.equal(guest.sys("write", reading, new Uint8Array(1)), -EBADF.errno);
  assert.equal(guest.sys("read", writing, new Uint8Array(1)), -EBADF.errno);
  for (const fd of [-1, 99, 1.5, Number.NaN, "0", null, undefined, {}, 2 ** 31, true]) {
    assert.equal(guest.sys("read", fd, new Uint8Array(1)), -EBADF.errno, String(fd));
    assert.equal(guest.sys("close", fd), -EBADF.errno, String(fd));
  }
  assert.equal(guest.sys("pread64", reading, new Uint8Array(1), -1), -EINVAL.errno);
  const [pipe] = guest.sys("pipe2", 0) as number[];
  assert.equal(guest.sys("lseek", pipe, 0, 0), -ESPIPE.errno);
  assert.equal(guest.sys("pread64", pipe, new Uint8Array(1), 0), -ESPIPE.errno);
});

test("offsets of any size: nothing lies there, nothing can be put there", () => {
  const machine = new Machine();
  const guest = machine.guest();
  const fd = guest.sys("open", "/tmp/f", O_RDWR | O_CREAT, 0o600);
  const byte = new Uint8Array(1);
  for (const at of [2 ** 53, 2n ** 53n + 1n, 2n ** 63n - 1n]) {
    assert.equal(guest.sys("pread64", fd, byte, at), 0, String(at));
    assert.equal(guest.sys("pwrite64", fd, byte, at), -27, String(at));
  }
  for (const at of [2n ** 63n, 2 ** 63, -1, -1n, 0.5, Number.NaN, Infinity, "0", null]) {
    assert.equal(guest.sys("pread64", fd, byte, at), -EINVAL.errno, String(at));
  }
  machine.check();
});

test("the lowest free fd is next; limits give EMFILE and ENFILE", () => {
  const machine = new Machine({ limits: { fds: 6, openFiles: 9 } });
  const guest = machine.guest();
  const open = () => guest.sys("open", "/dev/null", O_RDONLY);
  assert.deepEqual([open(), open(), open()], [3, 4, 5]);
  assert.equal(open(), -EMFILE.errno);
  guest.sys("close", 1);
  guest.sys("close", 4);
  assert.deepEqual([open(), open(), open()], [1, 4, -EMFILE.errno]);
  assert.equal(guest.sys("open", "/tmp/new", O_WRONLY | O_CREAT, 0o600), -EMFILE.errno);
  assert.equal(guest.sys("path_kind", "/tmp/new"), -ENOENT.errno, "nothing was created");
  const other = machine.guest();
  assert.equal(other.sys("open", "/dev/null", O_RDONLY), -ENFILE.errno);
  assert.equal(other.sys("pipe2", 0), -ENFILE.errno);
  guest.sys("exit_group", 0);
  assert.equal(other.sys("open", "/dev/null", O_RDONLY), 3);
  assert.equal(machine.vm.openFiles.used, 4);
  machine.check();
});

test("a pipe that finds room for one fd only takes none", () => {
  const machine = new Machine({ limits: { fds: 4 } });
  const guest = machine.guest();
  assert.equal(guest.sys("pipe2", 0), -EMFILE.errno);
  assert.equal(machine.vm.openFiles.used, 3);
  assert.equal(guest.sys("dup", 0), 3);
});

test("dup, dup2, dup3, fcntl, close_range", () => {
  const machine = new Machine();
  const guest = machine.guest();
  guest.writeFile("/tmp/f", "abcdef");
  const fd = guest.sys("open", "/tmp/f", O_RDONLY | O_CLOEXEC) as number;
  const copy = guest.sys("dup", fd) as number;
  guest.sys("read", fd, new Uint8Array(2));
  const buffer = Buffer.alloc(1);
  guest.sys("read", copy, buffer);
  assert.equal(buffer.toString(), "c", "they share the offset");
  assert.equal(guest.sys("fcntl", fd, 1), 1);
  assert.equal(guest.sys("fcntl", copy, 1), 0, "but not the flag");
  assert.equal(guest.sys("fcntl", copy, 2, 1), 0);
  assert.equal(guest.sys("fcntl", copy, 1), 1);
  assert.equal(guest.sys("dup2", fd, 20), 20);
  assert.equal(guest.sys("dup2", fd, fd), fd);
  assert.equal(guest.sys("dup2", 99, 20), -EBADF.errno);
  assert.equal(guest.sys("dup2", fd, 1024), -EBADF.errno);
  assert.equal(guest.sys("dup2", fd, -1), -EBADF.errno);
  assert.equal(guest.sys("dup3", fd, fd, 0), -EINVAL.errno);
  assert.equal(guest.sys("dup3", fd, 21, O_CLOEXEC), 21);
  assert.equal(guest.sys("fcntl", 21, 1), 1);
  assert.equal(guest.sys("fcntl", fd, 0, 30), 30);
  assert.equal(guest.sys("fcntl", fd, 1030, 30), 31);
  assert.equal(guest.sys("fcntl", fd, 0, 5000), -EMFILE.errno);
  assert.equal(guest.sys("fcntl", fd, 0, -1), -EINVAL.errno);
  assert.equal(guest.sys("fcntl", fd, 999), -EINVAL.errno);
  assert.equal((guest.sys("fcntl", fd, 3) as number) & O_APPEND, 0);
  guest.sys("fcntl", fd, 4, O_APPEND | O_RDWR);
  assert.equal((guest.sys("fcntl", copy, 3) as number) & (O_APPEND | O_RDWR), O_APPEND);
  assert.equal(guest.sys("close_range", 20, 25, 4), 0);
  assert.equal(guest.sys("fcntl", 20, 1), 1);
  assert.equal(guest.sys("close_range", 3, 0xffffffff, 0), 0);
  assert.equal(machine.vm.openFiles.used, 3);
  assert.equal(guest.sys("close_range", 5, 3, 0), -EINVAL.errno);
  machine.check();
});

test("stat family", () => {
  const guest = new Machine().guest();
  guest.writeFile("/tmp/f", "12345");
  guest.sys("symlink", "f", "/tmp/l");
  const { fields, out } = stats();
  assert.equal(guest.sys("stat", "/tmp/l", out), 0);
  assert.deepEqual([fields[1]! & 0o170000, fields[8]], [0o100000, 5]);
  assert.equal(guest.sys("lstat", "/tmp/l", out), 0);
  assert.equal(fields[1]! & 0o170000, 0o120000);
  const fd = guest.sys("open", "/tmp/f", O_RDONLY);
  assert.equal(guest.sys("fstat", fd, out), 0);
  assert.equal(fields[8], 5);
  const big = new BigInt64Array(18);
  assert.equal(guest.sys("stat_bigint", "/tmp/f", new Uint8Array(big.buffer)), 0);
  assert.equal(guest.sys("lstat_bigint", "/tmp/f", new Uint8Array(big.buffer)), 0);
  assert.equal(guest.sys("fstat_bigint", fd, new Uint8Array(big.buffer)), 0);
  assert.equal(big[8], 5n);
  assert.equal(big[7], BigInt(fields[7]!));
  assert.equal(guest.sys("stat", "/tmp/none", out), -ENOENT.errno);
  assert.equal(guest.sys("stat", "/tmp/f", out.subarray(0, 80)), -14);
  assert.equal(guest.sys("stat", "/tmp/f", null), -14);
  assert.equal(guest.sys("path_kind", "/tmp"), 1);
  assert.equal(guest.sys("path_kind", "/tmp/f"), 0);
  const fs = new Float64Array(7);
  assert.equal(guest.sys("statfs", "/tmp", new Uint8Array(fs.buffer)), 0);
  assert.ok(fs[2]! > 0);
  assert.equal(guest.sys("fstatfs", fd, new Uint8Array(fs.buffer)), 0);
});

test("directories", () => {
  const guest = new Machine().guest({ cwd: "/tmp" });
  assert.equal(guest.sys("mkdir", "d", 0o755), 0);
  assert.equal(guest.sys("mkdir", "d", 0o755), -EEXIST.errno);
  assert.equal(guest.sys("chdir", "d"), 0);
  assert.equal(guest.sys("getcwd"), "/tmp/d");
  guest.writeFile("a", "1");
  guest.sys("mkdir", "b", 0o755);
  assert.deepEqual(guest.sys("read_dir", "."), { names: ["a", "b"], types: [8, 4] });
  const fd = guest.sys("open", ".", O_RDONLY | O_DIRECTORY);
  assert.deepEqual(guest.sys("getdents64", fd, 1), { names: ["a"], types: [8] });
  assert.deepEqual(guest.sys("getdents64", fd, 9), { names: ["b"], types: [4] });
  assert.deepEqual(guest.sys("getdents64", fd, 9), { names: [], types: [] });
  assert.equal(guest.sys("getdents64", fd, 0), -EINVAL.errno);
  assert.equal(guest.sys("getdents64", 0, 1), -ENOTDIR.errno);
  assert.equal(guest.sys("chdir", "a"), -ENOTDIR.errno);
  assert.equal(guest.sys("chdir", ".."), 0);
  assert.equal(guest.sys("fchdir", fd), 0);
  assert.equal(guest.sys("getcwd"), "/tmp/d");
  assert.equal(guest.sys("fchdir", 0), -ENOTDIR.errno);
  assert.equal(guest.sys("openat", fd, "a", O_RDONLY), 4);
  assert.equal(guest.sys("openat", 4, "a", O_RDONLY), -ENOTDIR.errno);
  assert.equal(guest.sys("rmdir", "b"), 0);
  assert.equal(guest.sys("realpath", "../d/./a"), "/tmp/d/a");
  const made = guest.sys("mkdtemp", "/tmp/x-");
  assert.match(String(made), /^\/tmp\/x-\w{6}$/);
  assert.equal(guest.sys("path_kind", made), 1);
});

test("links, names and attributes", () => {
  const guest = new Machine().guest({ cwd: "/tmp" });
  guest.writeFile("f", "1");
  assert.equal(guest.sys("link", "f", "g"), 0);
  assert.equal(guest.sys("symlink", "f", "s"), 0);
  assert.equal(guest.sys("readlink", "s"), "f");
  assert.equal(guest.sys("readlink", "f"), -EINVAL.errno);
  assert.equal(guest.sys("rename", "g", "h"), 0);
  assert.equal(guest.sys("rename", "f", "h", 1), -EEXIST.errno);
  assert.equal(guest.sys("unlink", "h"), 0);
  assert.equal(guest.sys("chmod", "f", 0o600), 0);
  const { fields, out } = stats();
  const fd = guest.sys("open", "f", O_RDWR);
  assert.equal(guest.sys("fchmod", fd, 0o640), 0);
  guest.sys("fstat", fd, out);
  assert.equal(fields[1]! & 0o777, 0o640);
  assert.equal(guest.sys("chown", "f", -1, 1000), 0);
  assert.equal(guest.sys("lchown", "s", -1, -1), 0);
  assert.equal(guest.sys("fchown", fd, 0, -1), -1);
  assert.equal(guest.sys("utimensat", -100, "f", 1, 500_000_000, 2, 250_000_001, 0), 0);
  guest.sys("stat", "f", out);
  assert.deepEqual([...fields.subarray(10, 14)], [1, 500_000_000, 2, 250_000_001]);
  assert.equal(guest.sys("utimensat", fd, null, -2, 500_000_000, 3, 0), 0);
  guest.sys("stat", "f", out);
  assert.deepEqual([...fields.subarray(10, 12)], [-2, 500_000_000]);
  assert.equal(guest.sys("utimensat", -100, "s", 9, 0, 9, 0, 0x100), 0);
  guest.sys("lstat", "s", out);
  assert.equal(fields[12], 9);
  for (const bad of [Number.NaN, 0.5, -1, 1e9, Infinity, "1", null]) {
    assert.equal(guest.sys("utimensat", -100, "f", 1, bad, 1, 0, 0), -EINVAL.errno);
    if (bad !== -1 && bad !== 1e9) assert.equal(guest.sys("utimensat", -100, "f", bad, 0, 1, 0, 0), -EINVAL.errno);
  }
  assert.equal(guest.sys("access", "f", 6), 0);
  assert.equal(guest.sys("access", "f", 1), -13);
  assert.equal(guest.sys("umask", 0o077), 0o022);
  assert.equal(guest.sys("umask", 0o022), 0o077);
});

test("read_file and write_file are for ordinary files", () => {
  const machine = new Machine();
  const guest = machine.guest();
  guest.writeFile("/tmp/f", "old content");
  guest.writeFile("/tmp/f", "new");
  assert.equal(guest.readFile("/tmp/f"), "new");
  guest.sys("write_file", "/tmp/f", Buffer.from("+"), O_WRONLY | O_APPEND);
  assert.equal(guest.readFile("/tmp/f"), "new+");
  guest.writeFile("/tmp/empty", "");
  assert.equal(guest.readFile("/tmp/empty"), "");
  assert.match(guest.readFile("/proc/self/status"), new RegExp(`Pid:\\s${guest.pid}\n`));
  assert.equal(guest.sys("read_file", "/tmp"), -EISDIR.errno);
  assert.equal(guest.sys("read_file", "/dev/zero"), -EOPNOTSUPP.errno);
  assert.equal(guest.sys("write_file", "/dev/null", new Uint8Array(1)), -EOPNOTSUPP.errno);
  assert.equal(guest.sys("write_file", "/tmp/f", new Uint8Array(1), O_RDONLY), -EBADF.errno);
  assert.equal(guest.sys("write_file", "/tmp/f", new Uint8Array(1), O_WRONLY | O_CREAT | O_EXCL), -EEXIST.errno);
  const fd = guest.sys("open", "/tmp/sparse", O_RDWR | O_CREAT, 0o600);
  guest.sys("ftruncate", fd, 2 ** 40);
  assert.equal(guest.sys("read_file", "/tmp/sparse"), -EOPNOTSUPP.errno);
  assert.equal(machine.vm.openFiles.used, 4);
  machine.check();
});

test("a full disk", () => {
  const machine = new Machine({ limits: { fsBytes: 100_000 } });
  const guest = machine.guest();
  assert.equal(guest.sys("write_file", "/tmp/f", new Uint8Array(200_000)), -28);
  assert.equal(guest.sys("truncate", "/tmp/f", 0), 0);
  assert.equal(guest.sys("write_file", "/tmp/f", new Uint8Array(10_000)), 10_000);
  machine.check();
});

test("copy_file", () => {
  const machine = new Machine();
  const guest = machine.guest();
  const content = "0123456789".repeat(250_000);
  guest.writeFile("/tmp/a", content);
  guest.sys("chmod", "/tmp/a", 0o741);
  const copying = guest.sleep("copy_file", "/tmp/a", "/tmp/b");
  machine.host.pass(1);
  assert.equal(copying.result, 0);
  assert.ok(guest.readFile("/tmp/b") === content);
  const { fields, out } = stats();
  guest.sys("stat", "/tmp/b", out);
  assert.equal(fields[1]! & 0o777, 0o741);
  guest.writeFile("/tmp/short", "s");
  assert.equal(guest.sys("copy_file", "/tmp/short", "/tmp/b"), 0);
  assert.equal(guest.readFile("/tmp/b"), "s");
  assert.equal(guest.sys("copy_file", "/tmp/a", "/tmp/b", 1), -EEXIST.errno);
  assert.equal(guest.sys("copy_file", "/tmp/a", "/tmp/a"), 0);
  assert.ok(guest.readFile("/tmp/a") === content);
  assert.equal(guest.sys("copy_file", "/tmp/a", "/tmp/c", 4), -EOPNOTSUPP.errno);
  assert.equal(guest.sys("copy_file", "/tmp", "/tmp/c"), -EISDIR.errno);
  assert.equal(guest.sys("copy_file", "/tmp/a", "/tmp"), -EISDIR.errno);
  assert.equal(guest.sys("copy_file", "/tmp/none", "/tmp/c"), -ENOENT.errno);
  assert.equal(machine.vm.openFiles.used, 3);
  machine.check();
});

test("what kind of file an fd is", () => {
  const guest = new Machine().guest();
  guest.writeFile("/tmp/f", "");
  const file = guest.sys("open", "/tmp/f", O_RDONLY);
  const [reader, writer] = guest.sys("pipe2", O_NONBLOCK | O_CLOEXEC) as number[];
  const directory = guest.sys("open", "/tmp", O_RDONLY);
  const epoll = guest.sys("epoll_create1", 0);
  const kinds = [0, file, reader, writer, directory, epoll, 99, "x"].map((fd) => guest.sys("fd_type", fd));
  assert.deepEqual(kinds, ["FILE", "FILE", "PIPE", "PIPE", "UNKNOWN", "UNKNOWN", "UNKNOWN", "UNKNOWN"]);
  assert.equal(guest.sys("isatty", 0), false);
  assert.equal(guest.sys("isatty", 99), -EBADF.errno);
});

test("machines see nothing of each other", () => {
  const machine = new Machine({ hostname: "one" });
  const { vm } = new Machine({ hostname: "two" });
  machine.guest().writeFile("/tmp/secret", "x");
  assert.throws(() => vm.vfs.stat(vm.vfs.rootContext(), "/tmp/secret"), /ENOENT/);
  assert.equal(vm.processes.size, 0);
  assert.equal(vm.hostname, "two");
  assert.equal(machine.vm.hostname, "one");
  assert.equal(vm.vfs.stat(vm.vfs.rootContext(), "/").dev, machine.vm.vfs.stat(machine.vm.vfs.rootContext(), "/").dev);
});

test("open with O_TRUNC and O_CREAT modes obeys the umask", () => {
  const guest = new Machine().guest();
  guest.sys("umask", 0o027);
  const fd = guest.sys("open", "/tmp/f", O_WRONLY | O_CREAT | O_TRUNC, 0o666);
  const { fields, out } = stats();
  guest.sys("fstat", fd, out);
  assert.equal(fields[1]! & 0o777, 0o640);
});
