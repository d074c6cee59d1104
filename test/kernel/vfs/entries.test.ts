import assert from "node:assert/strict";
import { test } from "node:test";
import { O_CREAT, O_RDONLY, O_RDWR, RENAME_EXCHANGE, RENAME_NOREPLACE } from "../../../src/abi/fcntl.ts";
import { S_IFBLK, S_IFCHR, S_IFIFO, S_IFMT, S_IFREG, S_IFSOCK } from "../../../src/abi/mode.ts";
import {
  EACCES,
  EBUSY,
  EEXIST,
  EINVAL,
  EISDIR,
  ENOENT,
  ENOTDIR,
  ENOTEMPTY,
  EPERM,
  EROFS,
  EXDEV,
} from "../../../src/kernel/errno.ts";
import { Tmpfs } from "../../../src/kernel/fs/tmpfs/tmpfs.ts";
import { createVfs, exists, fails, list, read, readAll, user, write } from "./support.ts";

test("mkdir: mode under the umask, link counts, errors", () => {
  const { vfs, root } = createVfs();
  vfs.mkdir(root, "/d", 0o777);
  assert.equal(vfs.stat(root, "/d").mode, 0o040755);
  vfs.mkdir({ ...root, umask: 0 }, "/d/sub/", 0o1777);
  assert.equal(vfs.stat(root, "/d/sub").mode, 0o041777);
  assert.equal(vfs.stat(root, "/d").nlink, 3);
  assert.equal(vfs.stat(root, "/d/sub").nlink, 2);
  fails(EEXIST, () => vfs.mkdir(root, "/d", 0o755));
  fails(EEXIST, () => vfs.mkdir(root, "/d/", 0o755));
  fails(EEXIST, () => vfs.mkdir(root, "/", 0o755));
  fails(EEXIST, () => vfs.mkdir(root, "/d/.", 0o755));
  fails(EEXIST, () => vfs.mkdir(root, "/d/..", 0o755));
  fails(ENOENT, () => vfs.mkdir(root, "/none/d", 0o755));
  fails(ENOENT, () => vfs.mkdir(root, "", 0o755));
  fails(EINVAL, () => vfs.mkdir(root, "/nul\0", 0o755));
  write(vfs, root, "/f", "");
  fails(ENOTDIR, () => vfs.mkdir(root, "/f/d", 0o755));
  fails(EEXIST, () => vfs.mkdir(root, "/f", 0o755));
  vfs.symlink(root, "nowhere", "/dangling");
  fails(EEXIST, () => vfs.mkdir(root, "/dangling", 0o755));
  fails(EACCES, () => vfs.mkdir(user(vfs, 5), "/d/x", 0o755));
  // What exists is told before what is forbidden.
  fails(EEXIST, () => vfs.mkdir(user(vfs, 5), "/d/sub", 0o755));
});

test("rmdir", () => {
  const { vfs, root } = createVfs();
  vfs.mkdir(root, "/d", 0o755);
  vfs.mkdir(root, "/d/e", 0o755);
  write(vfs, root, "/f", "");
  vfs.symlink(root, "d", "/link");
  fails(ENOTEMPTY, () => vfs.rmdir(root, "/d"));
  fails(ENOTDIR, () => vfs.rmdir(root, "/f"));
  fails(ENOTDIR, () => vfs.rmdir(root, "/link"));
  fails(ENOENT, () => vfs.rmdir(root, "/none"));
  fails(EINVAL, () => vfs.rmdir(root, "/d/e/."));
  fails(ENOTEMPTY, () => vfs.rmdir(root, "/d/e/.."));
  fails(EBUSY, () => vfs.rmdir(root, "/"));
  fails(EACCES, () => vfs.rmdir(user(vfs, 5), "/d/e"));
  vfs.rmdir(root, "/d/e/");
  assert.equal(vfs.stat(root, "/d").nlink, 2);
  vfs.rmdir(root, "/d");
  assert.deepEqual(list(vfs, root, "/"), ["f", "link"]);
});

test("unlink: names go, open files live on", () => {
  const { vfs, root, storage } = createVfs();
  write(vfs, root, "/f", "still here");
  const before = storage.inodes.used;
  const file = vfs.open(root, "/f", O_RDWR);
  vfs.unlink(root, "/f");
  fails(ENOENT, () => vfs.stat(root, "/f"));
  assert.equal(file.stat().nlink, 0);
  assert.equal(file.describe(), "/f (deleted)");
  assert.equal(readAll(file), "still here");
  assert.equal(file.write(Buffer.from("!"), 0), 1);
  assert.equal(storage.inodes.used, before);
  file.decRef();
  assert.equal(storage.inodes.used, before - 1);
  assert.equal(storage.bytes.used, 0);
});

test("unlink: errors", () => {
  const { vfs, root } = createVfs();
  vfs.mkdir(root, "/d", 0o755);
  write(vfs, root, "/f", "");
  write(vfs, root, "/d/f", "");
  vfs.symlink(root, "d", "/link");
  fails(EISDIR, () => vfs.unlink(root, "/d"));
  fails(EISDIR, () => vfs.unlink(root, "/d/"));
  fails(EISDIR, () => vfs.unlink(root, "/d/."));
  fails(EISDIR, () => vfs.unlink(root, "/"));
  fails(ENOTDIR, () => vfs.unlink(root, "/f/"));
  fails(ENOENT, () => vfs.unlink(root, "/none"));
  fails(ENOENT, () => vfs.unlink(root, "/none/"));
  fails(EACCES, () => vfs.unlink(user(vfs, 5), "/d/f"));
  vfs.unlink(root, "/link");
  assert.ok(exists(vfs, root, "/d"));
});

test("hard links share the file", () => {
  const { vfs, root, storage } = createVfs();
  write(vfs, root, "/f", "one");
  vfs.link(root, "/f", "/g");
  assert.equal(vfs.stat(root, "/f").nlink, 2);
  assert.equal(vfs.stat(root, "/f").ino, vfs.stat(root, "/g").ino);
  write(vfs, root, "/g", "two");
  assert.equal(read(vfs, root, "/f"), "two");
  vfs.unlink(root, "/f");
  assert.equal(vfs.stat(root, "/g").nlink, 1);
  assert.equal(read(vfs, root, "/g"), "two");
  vfs.unlink(root, "/g");
  assert.equal(storage.inodes.used, 1);
});

test("link: errors and symbolic links", () => {
  const { vfs, root, storage, clock } = createVfs();
  vfs.mkdir(root, "/d", 0o755);
  write(vfs, root, "/f", "");
  vfs.symlink(root, "f", "/link");
  fails(EPERM, () => vfs.link(root, "/d", "/d2"));
  fails(EEXIST, () => vfs.link(root, "/f", "/d"));
  fails(EEXIST, () => vfs.link(root, "/f", "/f"));
  fails(ENOENT, () => vfs.link(root, "/none", "/x"));
  fails(ENOENT, () => vfs.link(root, "/f", "/x/"));
  // The link itself, or with AT_SYMLINK_FOLLOW its target.
  vfs.link(root, "/link", "/link2");
  assert.equal(vfs.readlink(root, "/link2"), "f");
  vfs.link(root, "/link", "/g", true);
  assert.equal(vfs.stat(root, "/g", false).ino, vfs.stat(root, "/f").ino);
  vfs.mount(new Tmpfs({ storage, clock }), "/d");
  fails(EXDEV, () => vfs.link(root, "/f", "/d/f"));
  const file = vfs.open(root, "/f", O_RDONLY);
  const dentry = vfs.dentryOf(file);
  vfs.unlink(root, "/f");
  vfs.unlink(root, "/g");
  fails(ENOENT, () => vfs.linkDentry(root, dentry, "/again"));
  file.decRef();
});

test("symlink and readlink", () => {
  const { vfs, root } = createVfs();
  const target = "../some/where/€";
  vfs.symlink(root, target, "/link");
  assert.equal(vfs.readlink(root, "/link"), target);
  const stat = vfs.stat(root, "/link", false);
  assert.equal(stat.mode, 0o120777);
  assert.equal(stat.size, Buffer.byteLength(target));
  const long = "x/".repeat(500);
  vfs.symlink(root, long, "/long");
  assert.equal(vfs.readlink(root, "/long"), long);
  fails(EEXIST, () => vfs.symlink(root, "x", "/link"));
  fails(ENOENT, () => vfs.symlink(root, "", "/empty"));
  fails(ENOENT, () => vfs.symlink(root, "x", "/slash/"));
  fails(EINVAL, () => vfs.symlink(root, "a\0b", "/nul"));
  fails(EINVAL, () => vfs.readlink(root, "/"));
  write(vfs, root, "/f", "");
  fails(EINVAL, () => vfs.readlink(root, "/f"));
  fails(ENOENT, () => vfs.readlink(root, "/none"));
});

test("mknod", () => {
  const { vfs, root } = createVfs();
  const ctx = user(vfs, 1000);
  vfs.chmod(root, "/", 0o777);
  vfs.mknod(ctx, "/fifo", S_IFIFO | 0o666, 0);
  assert.equal(vfs.stat(root, "/fifo").mode, S_IFIFO | 0o644);
  vfs.mknod(ctx, "/sock", S_IFSOCK | 0o600, 0);
  vfs.mknod(ctx, "/plain", 0o600, 0);
  assert.equal(vfs.stat(root, "/plain").mode & S_IFMT, S_IFREG);
  fails(EPERM, () => vfs.mknod(ctx, "/dev", S_IFCHR | 0o600, 0x103));
  fails(EPERM, () => vfs.mknod(root, "/dir", 0o040755, 0));
  fails(EINVAL, () => vfs.mknod(root, "/odd", 0o150000, 0));
  vfs.mknod(root, "/dev", S_IFBLK | 0o600, 0x801);
  assert.equal(vfs.stat(root, "/dev").rdev, 0x801);
  fails(EEXIST, () => vfs.mknod(root, "/dev", S_IFIFO, 0));
});

test("rename replaces a file, and open files follow", () => {
  const { vfs, root, storage } = createVfs();
  vfs.mkdir(root, "/d", 0o755);
  write(vfs, root, "/a", "new");
  write(vfs, root, "/d/b", "old");
  const moved = vfs.open(root, "/a", O_RDONLY);
  const replaced = vfs.open(root, "/d/b", O_RDONLY);
  vfs.rename(root, "/a", "/d/b");
  assert.equal(read(vfs, root, "/d/b"), "new");
  assert.equal(exists(vfs, root, "/a"), false);
  assert.equal(moved.describe(), "/d/b");
  assert.equal(replaced.describe(), "/d/b (deleted)");
  assert.equal(readAll(replaced), "old");
  assert.equal(replaced.stat().nlink, 0);
  const inodes = storage.inodes.used;
  replaced.decRef();
  assert.equal(storage.inodes.used, inodes - 1);
  moved.decRef();
});

test("rename of directories", () => {
  const { vfs, root } = createVfs();
  for (const path of ["/a", "/a/sub", "/b", "/full", "/full/x"]) vfs.mkdir(root, path, 0o755);
  write(vfs, root, "/f", "");
  write(vfs, root, "/a/sub/file", "x");
  // Into itself or below.
  fails(EINVAL, () => vfs.rename(root, "/a", "/a/sub/new"));
  fails(EINVAL, () => vfs.rename(root, "/a", "/a/new"));
  // Over something that isn't an empty directory.
  fails(ENOTEMPTY, () => vfs.rename(root, "/a", "/full"));
  fails(ENOTEMPTY, () => vfs.rename(root, "/a/sub/file", "/a"));
  fails(ENOTDIR, () => vfs.rename(root, "/a", "/f"));
  fails(EISDIR, () => vfs.rename(root, "/f", "/b"));
  vfs.rename(root, "/a", "/b");
  assert.equal(read(vfs, root, "/b/sub/file"), "x");
  assert.equal(vfs.stat(root, "/").nlink, 4);
  vfs.rename(root, "/b/sub/", "/full/moved/");
  assert.equal(read(vfs, root, "/full/moved/file"), "x");
  assert.equal(vfs.stat(root, "/b").nlink, 2);
  assert.equal(vfs.stat(root, "/full").nlink, 4);
  assert.equal(vfs.resolve(root, "/full/moved/.."), vfs.resolve(root, "/full"));
});

test("rename: what it refuses", () => {
  const { vfs, root, storage, clock } = createVfs();
  vfs.mkdir(root, "/d", 0o755);
  vfs.mkdir(root, "/m", 0o755);
  write(vfs, root, "/f", "");
  write(vfs, root, "/g", "");
  vfs.mount(new Tmpfs({ storage, clock }), "/m");
  fails(EXDEV, () => vfs.rename(root, "/f", "/m/f"));
  fails(EBUSY, () => vfs.rename(root, "/d/.", "/x"));
  fails(EBUSY, () => vfs.rename(root, "/d/..", "/x"));
  fails(EBUSY, () => vfs.rename(root, "/f", "/d/."));
  fails(EBUSY, () => vfs.rename(root, "/", "/x"));
  fails(ENOENT, () => vfs.rename(root, "/none", "/x"));
  fails(ENOENT, () => vfs.rename(root, "/f", "/none/x"));
  fails(ENOTDIR, () => vfs.rename(root, "/f/", "/x"));
  fails(ENOTDIR, () => vfs.rename(root, "/f", "/x/"));
  fails(EINVAL, () => vfs.rename(root, "/f", "/a\0b"));
  fails(EEXIST, () => vfs.rename(root, "/f", "/g", RENAME_NOREPLACE));
  fails(EINVAL, () => vfs.rename(root, "/f", "/g", RENAME_NOREPLACE | RENAME_EXCHANGE));
  fails(EINVAL, () => vfs.rename(root, "/f", "/g", 64));
  fails(EACCES, () => vfs.rename(user(vfs, 5), "/f", "/h"));
  vfs.rename(root, "/f", "/h", RENAME_NOREPLACE);
  assert.ok(exists(vfs, root, "/h"));
});

test("rename between two names of one file does nothing", () => {
  const { vfs, root } = createVfs();
  write(vfs, root, "/f", "x");
  vfs.link(root, "/f", "/g");
  vfs.rename(root, "/f", "/g");
  vfs.rename(root, "/f", "/f");
  assert.deepEqual(list(vfs, root, "/"), ["f", "g"]);
  assert.equal(vfs.stat(root, "/f").nlink, 2);
});

test("rename with RENAME_EXCHANGE swaps", () => {
  const { vfs, root } = createVfs();
  vfs.mkdir(root, "/d", 0o755);
  vfs.mkdir(root, "/d/inner", 0o755);
  write(vfs, root, "/d/inner/file", "deep");
  write(vfs, root, "/f", "flat");
  fails(ENOENT, () => vfs.rename(root, "/f", "/none", RENAME_EXCHANGE));
  fails(EINVAL, () => vfs.rename(root, "/d/inner", "/d", RENAME_EXCHANGE));
  vfs.rename(root, "/f", "/d/inner", RENAME_EXCHANGE);
  assert.equal(read(vfs, root, "/d/inner"), "flat");
  assert.equal(read(vfs, root, "/f/file"), "deep");
  assert.equal(vfs.stat(root, "/d").nlink, 2);
  assert.equal(vfs.stat(root, "/").nlink, 4);
  assert.equal(vfs.resolve(root, "/f/.."), vfs.root);
});

test("the sticky bit keeps strangers from removing and renaming", () => {
  const { vfs, root } = createVfs();
  const alice = user(vfs, 1001);
  const bob = user(vfs, 1002);
  vfs.mkdir({ ...root, umask: 0 }, "/tmp", 0o1777);
  write(vfs, alice, "/tmp/a", "");
  write(vfs, bob, "/tmp/b", "");
  fails(EPERM, () => vfs.unlink(bob, "/tmp/a"));
  fails(EPERM, () => vfs.rename(bob, "/tmp/a", "/tmp/c"));
  fails(EPERM, () => vfs.rename(bob, "/tmp/b", "/tmp/a"));
  vfs.rename(alice, "/tmp/a", "/tmp/c");
  vfs.unlink(alice, "/tmp/c");
  vfs.unlink(root, "/tmp/b");
  vfs.mkdir(alice, "/tmp/dir", 0o755);
  fails(EPERM, () => vfs.rmdir(bob, "/tmp/dir"));
});

test("a directory that moves elsewhere must itself be writable", () => {
  const { vfs, root } = createVfs();
  const ctx = user(vfs, 1000);
  vfs.mkdir({ ...root, umask: 0 }, "/from", 0o777);
  vfs.mkdir({ ...root, umask: 0 }, "/to", 0o777);
  vfs.mkdir(root, "/from/d", 0o755);
  fails(EACCES, () => vfs.rename(ctx, "/from/d", "/to/d"));
  vfs.rename(ctx, "/from/d", "/from/e");
});

test("set-group-ID directories hand their group down", () => {
  const { vfs, root } = createVfs();
  const ctx = user(vfs, 1000, 1000);
  vfs.mkdir(root, "/shared", 0o755);
  vfs.chown(root, "/shared", 1000, 50);
  vfs.chmod(root, "/shared", 0o2775);
  write(vfs, ctx, "/shared/f", "");
  vfs.mkdir(ctx, "/shared/d", 0o755);
  assert.equal(vfs.stat(root, "/shared/f").gid, 50);
  assert.equal(vfs.stat(root, "/shared/d").gid, 50);
  assert.equal(vfs.stat(root, "/shared/d").mode & 0o7777, 0o2755);
});

test("a read-only mount refuses every change with EROFS", () => {
  const { vfs, root, storage, clock } = createVfs();
  vfs.mkdir(root, "/ro", 0o755);
  const mount = vfs.mount(new Tmpfs({ storage, clock }), "/ro");
  write(vfs, root, "/ro/f", "text");
  vfs.mkdir(root, "/ro/d", 0o755);
  vfs.mknod(root, "/ro/fifo", S_IFIFO | 0o600, 0);
  mount.readOnly = true;
  assert.equal(read(vfs, root, "/ro/f"), "text");
  assert.match(vfs.describeMounts(), /\/ro tmpfs ro,/);
  fails(EROFS, () => vfs.open(root, "/ro/f", O_RDWR));
  fails(EROFS, () => vfs.open(root, "/ro/new", O_RDONLY | O_CREAT, 0o644));
  fails(EROFS, () => vfs.mkdir(root, "/ro/x", 0o755));
  fails(EEXIST, () => vfs.mkdir(root, "/ro/d", 0o755));
  fails(EROFS, () => vfs.rmdir(root, "/ro/d"));
  fails(EROFS, () => vfs.unlink(root, "/ro/f"));
  fails(EROFS, () => vfs.symlink(root, "x", "/ro/link"));
  fails(EROFS, () => vfs.link(root, "/ro/f", "/ro/g"));
  fails(EROFS, () => vfs.rename(root, "/ro/f", "/ro/g"));
  fails(EROFS, () => vfs.truncate(root, "/ro/f", 0));
  fails(EROFS, () => vfs.chmod(root, "/ro/f", 0o600));
  fails(EROFS, () => vfs.chown(root, "/ro/f", 1, 1));
  fails(EROFS, () => vfs.utimens(root, "/ro/f", { sec: 1, nsec: 0 }, { sec: 1, nsec: 0 }));
  fails(EROFS, () => vfs.access(root, "/ro/f", 2));
  vfs.access(root, "/ro/f", 4);
  // A pipe only has its name there.
  vfs.open(root, "/ro/fifo", O_RDWR).decRef();
});

test("mkdtemp appends six characters", () => {
  const { vfs, root } = createVfs();
  const first = vfs.mkdtemp(root, "/prefix-");
  const second = vfs.mkdtemp(root, "/prefix-");
  assert.match(first, /^\/prefix-[A-Za-z0-9]{6}$/);
  assert.notEqual(first, second);
  assert.equal(vfs.stat(root, first).mode, 0o040700);
  fails(ENOENT, () => vfs.mkdtemp(root, "/none/x"));
});

test("readdir: every entry once, in order, whatever happens meanwhile", () => {
  const { vfs, root } = createVfs();
  const names = Array.from({ length: 200 }, (_, i) => `n${i}`);
  for (const name of names) write(vfs, root, `/${name}`, "");
  assert.deepEqual(list(vfs, root, "/"), names);
  const directory = vfs.open(root, "/", O_RDONLY);
  const seen = directory.readdir(50).map(({ name }) => name);
  // Removes what was seen and what wasn't, enough to compact the list; adds others.
  for (let i = 0; i < 200; i += 2) vfs.unlink(root, `/n${i}`);
  vfs.rename(root, "/n51", "/moved");
  write(vfs, root, "/late", "");
  for (;;) {
    const entries = directory.readdir(7);
    if (entries.length === 0) break;
    seen.push(...entries.map(({ name }) => name));
  }
  const expected = names.filter((_, i) => i < 50 || (i % 2 === 1 && i !== 51));
  assert.deepEqual(seen, [...expected, "moved", "late"]);
  // Back to the start.
  directory.seek(0, 0);
  assert.equal(directory.readdir(1000).length, list(vfs, root, "/").length);
  directory.decRef();
});

test("readdir tells types and inode numbers", () => {
  const { vfs, root } = createVfs();
  write(vfs, root, "/file", "");
  vfs.mkdir(root, "/dir", 0o755);
  vfs.symlink(root, "x", "/link");
  vfs.mknod(root, "/fifo", S_IFIFO | 0o600, 0);
  const directory = vfs.open(root, "/", O_RDONLY);
  const entries = directory.readdir(100);
  assert.deepEqual(
    entries.map(({ name, type }) => [name, type]),
    [
      ["file", 8],
      ["dir", 4],
      ["link", 10],
      ["fifo", 1],
    ],
  );
  assert.equal(entries[0]?.ino, vfs.stat(root, "/file").ino);
  assert.deepEqual(directory.readdir(0), []);
  fails(EISDIR, () => directory.read(new Uint8Array(1), null));
  directory.decRef();
});
