import assert from "node:assert/strict";
import { test } from "node:test";
import {
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOATIME,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_TMPFILE,
  O_TRUNC,
  O_WRONLY,
} from "../../../src/abi/fcntl.ts";
import { S_IFBLK, S_IFCHR, S_IFSOCK } from "../../../src/abi/mode.ts";
import {
  EACCES,
  EBADF,
  EEXIST,
  EINVAL,
  EISDIR,
  ELOOP,
  ENOENT,
  ENOTDIR,
  ENXIO,
  EPERM,
} from "../../../src/kernel/errno.ts";
import { InodeDescription } from "../../../src/kernel/vfs/inode_description.ts";
import { createVfs, exists, fails, list, read, readAll, user, write } from "./support.ts";

const bytes = (text: string): Buffer => Buffer.from(text);

test("O_CREAT makes a file under the umask", () => {
  const { vfs, root } = createVfs();
  vfs.open({ ...root, umask: 0o027 }, "/f", O_CREAT | O_WRONLY, 0o666).decRef();
  assert.equal(vfs.stat(root, "/f").mode, 0o100640);
  // An existing file keeps its mode and content.
  write(vfs, root, "/f", "kept");
  vfs.open(root, "/f", O_CREAT | O_WRONLY, 0o777).decRef();
  assert.equal(vfs.stat(root, "/f").mode, 0o100640);
  assert.equal(read(vfs, root, "/f"), "kept");
  fails(ENOENT, () => vfs.open(root, "/none", O_RDONLY));
  fails(ENOENT, () => vfs.open(root, "/none/f", O_CREAT | O_RDWR, 0o644));
  fails(EINVAL, () => vfs.open(root, "/nul\0", O_CREAT | O_RDWR, 0o644));
});

test("who makes a file may open it in any mode", () => {
  const { vfs, root } = createVfs();
  vfs.chmod(root, "/", 0o777);
  const ctx = user(vfs, 1000);
  const file = vfs.open(ctx, "/f", O_CREAT | O_RDWR, 0o000);
  assert.equal(file.write(bytes("x"), null), 1);
  file.decRef();
  fails(EACCES, () => vfs.open(ctx, "/f", O_RDONLY));
  fails(EACCES, () => vfs.open(ctx, "/f", O_CREAT | O_WRONLY, 0o666));
});

test("O_EXCL refuses what exists, links too", () => {
  const { vfs, root } = createVfs();
  write(vfs, root, "/f", "");
  vfs.symlink(root, "nowhere", "/dangling");
  const flags = O_CREAT | O_EXCL | O_WRONLY;
  fails(EEXIST, () => vfs.open(root, "/f", flags, 0o644));
  fails(EEXIST, () => vfs.open(root, "/dangling", flags, 0o644));
  assert.equal(exists(vfs, root, "/nowhere"), false);
  vfs.open(root, "/new", flags, 0o644).decRef();
  fails(EEXIST, () => vfs.open(root, "/new", flags, 0o644));
});

test("O_CREAT follows links to what isn't there yet", () => {
  const { vfs, root } = createVfs();
  vfs.mkdir(root, "/d", 0o755);
  vfs.symlink(root, "d/target", "/one");
  vfs.symlink(root, "one", "/two");
  write(vfs, root, "/two", "made");
  assert.equal(read(vfs, root, "/d/target"), "made");
  vfs.symlink(root, "loop", "/loop");
  fails(ELOOP, () => write(vfs, root, "/loop", ""));
  vfs.symlink(root, "none/x", "/lost");
  fails(ENOENT, () => write(vfs, root, "/lost", ""));
  vfs.symlink(root, "newdir/", "/slash");
  fails(EISDIR, () => write(vfs, root, "/slash", ""));
});

test("O_NOFOLLOW", () => {
  const { vfs, root } = createVfs();
  vfs.mkdir(root, "/d", 0o755);
  write(vfs, root, "/d/f", "x");
  vfs.symlink(root, "d", "/link");
  vfs.symlink(root, "d/f", "/file-link");
  fails(ELOOP, () => vfs.open(root, "/link", O_NOFOLLOW));
  fails(ELOOP, () => vfs.open(root, "/file-link", O_NOFOLLOW | O_CREAT | O_WRONLY, 0o644));
  // Only the last component counts.
  vfs.open(root, "/link/f", O_NOFOLLOW).decRef();
});

test("directories open for reading only", () => {
  const { vfs, root } = createVfs();
  vfs.mkdir(root, "/d", 0o755);
  write(vfs, root, "/f", "");
  for (const flags of [O_WRONLY, O_RDWR, O_RDONLY | O_TRUNC, O_RDONLY | O_CREAT, O_WRONLY | O_CREAT]) {
    fails(EISDIR, () => vfs.open(root, "/d", flags, 0o644));
  }
  fails(EISDIR, () => vfs.open(root, "/", O_CREAT | O_WRONLY, 0o644));
  fails(EISDIR, () => vfs.open(root, "/new/", O_CREAT | O_WRONLY, 0o644));
  fails(ENOTDIR, () => vfs.open(root, "/f", O_DIRECTORY));
  fails(ENOTDIR, () => vfs.open(root, "/f/", O_RDONLY));
  fails(EINVAL, () => vfs.open(root, "/x", O_CREAT | O_DIRECTORY, 0o644));
  vfs.open(root, "/d", O_DIRECTORY).decRef();
});

test("O_TRUNC empties, O_APPEND writes at the end", () => {
  const { vfs, root } = createVfs();
  write(vfs, root, "/f", "0123456789");
  const file = vfs.open(root, "/f", O_RDWR | O_APPEND);
  const other = vfs.open(root, "/f", O_RDWR | O_APPEND);
  assert.equal(file.write(bytes("a"), null), 1);
  assert.equal(other.write(bytes("b"), null), 1);
  // Even with an explicit offset.
  assert.equal(file.write(bytes("c"), 0), 1);
  assert.equal(read(vfs, root, "/f"), "0123456789abc");
  assert.equal(file.seek(0, 1), 11);
  vfs.open(root, "/f", O_WRONLY | O_TRUNC).decRef();
  assert.equal(read(vfs, root, "/f"), "");
  file.decRef();
  other.decRef();
  const ctx = user(vfs, 5);
  fails(EACCES, () => vfs.open(ctx, "/f", O_RDONLY | O_TRUNC));
});

test("the access mode is kept to", () => {
  const { vfs, root } = createVfs();
  write(vfs, root, "/f", "text");
  const reader = vfs.open(root, "/f", O_RDONLY);
  const writer = vfs.open(root, "/f", O_WRONLY);
  const neither = vfs.open(root, "/f", 3);
  fails(EBADF, () => reader.write(bytes("x"), null));
  fails(EINVAL, () => reader.truncate(0));
  fails(EBADF, () => writer.read(new Uint8Array(1), null));
  fails(EBADF, () => neither.read(new Uint8Array(1), null));
  fails(EBADF, () => neither.write(bytes("x"), null));
  assert.equal(reader.statusFlags, O_RDONLY);
  assert.equal(vfs.open(root, "/g", O_CREAT | O_TRUNC | O_RDWR | O_APPEND, 0o644).statusFlags, O_RDWR | O_APPEND);
});

test("permission bits: owner, group, others; root goes before all", () => {
  const { vfs, root } = createVfs();
  write(vfs, root, "/f", "");
  vfs.chown(root, "/f", 1000, 100);
  const owner = user(vfs, 1000);
  const member = user(vfs, 1001, 1001, [5, 100]);
  const other = user(vfs, 1002);
  const may = (ctx: typeof owner, flags: number): boolean => {
    try {
      vfs.open(ctx, "/f", flags).decRef();
      return true;
    } catch (error) {
      assert.equal(error, EACCES);
      return false;
    }
  };
  const rights = (ctx: typeof owner): string =>
    [O_RDONLY, O_WRONLY, O_RDWR].map((flags) => (may(ctx, flags) ? "y" : "n")).join("");
  vfs.chmod(root, "/f", 0o640);
  assert.deepEqual([owner, member, other, root].map(rights), ["yyy", "ynn", "nnn", "yyy"]);
  // The owner's bits decide for the owner, even if others may more.
  vfs.chmod(root, "/f", 0o066);
  assert.deepEqual([owner, member, other].map(rights), ["nnn", "yyy", "yyy"]);
  vfs.chmod(root, "/f", 0);
  assert.equal(rights(root), "yyy");
});

test("access uses the real ids", () => {
  const { vfs, root } = createVfs();
  write(vfs, root, "/f", "", 0o600);
  const setuid = user(vfs, 1000);
  setuid.creds = { ...setuid.creds, euid: 0 };
  fails(EACCES, () => vfs.access(setuid, "/f", 4));
  vfs.access(setuid, "/f", 0);
  vfs.access(setuid, "/f", 6, true);
  fails(EACCES, () => vfs.access(root, "/f", 1));
  vfs.chmod(root, "/f", 0o601);
  vfs.access(root, "/f", 7);
  vfs.access(root, "/", 7);
  fails(EINVAL, () => vfs.access(root, "/f", 8));
  fails(ENOENT, () => vfs.access(root, "/none", 0));
  vfs.symlink(root, "none", "/dangling");
  fails(ENOENT, () => vfs.access(root, "/dangling", 0));
  vfs.access(root, "/dangling", 0, false, false);
});

test("O_PATH names a place without opening it", () => {
  const { vfs, root } = createVfs();
  const ctx = user(vfs, 1000);
  vfs.mkdir(root, "/d", 0o755);
  write(vfs, root, "/d/f", "x", 0o600);
  vfs.symlink(root, "d", "/link");
  const file = vfs.open(ctx, "/d/f", O_PATH);
  assert.equal(file.stat().size, 1);
  fails(EBADF, () => file.read(new Uint8Array(1), null));
  fails(EBADF, () => file.write(bytes("x"), null));
  fails(EBADF, () => vfs.fchmod(root, file, 0o777));
  file.decRef();
  assert.ok(vfs.dentryOf(vfs.open(ctx, "/link", O_PATH | O_NOFOLLOW)).inode.isSymlink);
  fails(ENOTDIR, () => vfs.open(ctx, "/d/f", O_PATH | O_DIRECTORY));
  const dir = vfs.open(ctx, "/d", O_PATH | O_DIRECTORY);
  assert.equal(vfs.stat(ctx, "f", true, vfs.dentryOf(dir)).size, 1);
});

test("O_TMPFILE makes a file without a name", () => {
  const { vfs, root, storage } = createVfs();
  vfs.mkdir(root, "/d", 0o755);
  const used = storage.inodes.used;
  const file = vfs.open(root, "/d", O_TMPFILE | O_RDWR, 0o600);
  file.write(bytes("nameless"), null);
  file.seek(0, 0);
  assert.equal(readAll(file), "nameless");
  assert.equal(file.stat().nlink, 0);
  assert.deepEqual(list(vfs, root, "/d"), []);
  file.decRef();
  assert.equal(storage.inodes.used, used);
  assert.equal(storage.bytes.used, 0);
  fails(EINVAL, () => vfs.open(root, "/d", O_TMPFILE | O_RDONLY, 0o600));
  write(vfs, root, "/f", "");
  fails(ENOTDIR, () => vfs.open(root, "/f", O_TMPFILE | O_RDWR, 0o600));
});

test("special files without a driver, and O_NOATIME of a stranger", () => {
  const { vfs, root } = createVfs();
  vfs.mknod(root, "/chr", S_IFCHR | 0o666, 0x4242);
  vfs.mknod(root, "/blk", S_IFBLK | 0o666, 0x4242);
  vfs.mknod(root, "/sock", S_IFSOCK | 0o666, 0);
  for (const path of ["/chr", "/blk", "/sock"]) fails(ENXIO, () => vfs.open(root, path, O_RDWR));
  write(vfs, root, "/f", "");
  fails(EPERM, () => vfs.open(user(vfs, 5), "/f", O_NOATIME));
});

test("a special file is opened by what is behind it, which its type or the file itself names", () => {
  const { vfs, root } = createVfs();
  vfs.mknod(root, "/socket", S_IFSOCK | 0o600, 0);
  vfs.mknod(root, "/device", S_IFCHR | 0o600, 77);
  fails(ENXIO, () => vfs.open(root, "/socket", O_RDWR));
  vfs.registerSpecial(S_IFCHR, ({ rdev }) =>
    rdev === 77 ? { open: (dentry, flags) => new Behind(dentry, flags) } : undefined,
  );
  vfs.mknod(root, "/other", S_IFCHR | 0o600, 78);
  fails(ENXIO, () => vfs.open(root, "/other", O_RDWR));
  assert.equal(vfs.open(root, "/device", O_RDWR).read(new Uint8Array(1), null), 42);
  const { inode } = vfs.resolve(root, "/socket");
  inode.endpoint = { open: (dentry, flags) => new Behind(dentry, flags) };
  const file = vfs.open(root, "/socket", O_RDONLY);
  assert.equal(file.read(new Uint8Array(1), null), 42);
  assert.equal(file.describe(), "/socket");
  fails(EACCES, () => vfs.open(user(vfs, 1000), "/socket", O_RDONLY));
});

class Behind extends InodeDescription {
  override read(): number {
    return 42;
  }
}
