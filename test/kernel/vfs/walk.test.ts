import assert from "node:assert/strict";
import { test } from "node:test";
import { EACCES, EBUSY, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR } from "../../../src/kernel/errno.ts";
import { Tmpfs } from "../../../src/kernel/fs/tmpfs/tmpfs.ts";
import { createVfs, exists, fails, list, read, user, write } from "./support.ts";

test("a path is walked component by component", () => {
  const { vfs, root } = createVfs();
  vfs.mkdir(root, "/a", 0o755);
  vfs.mkdir(root, "/a/b", 0o755);
  write(vfs, root, "/a/b/c", "x");
  for (const path of ["/a/b/c", "//a///b//c", "/./a/./b/c", "/a/../a/b/../b/c", "/../../a/b/c", "a/b/c"]) {
    assert.equal(read(vfs, root, path), "x", path);
  }
  fails(ENOENT, () => vfs.stat(root, "/a/x/c"));
  fails(ENOTDIR, () => vfs.stat(root, "/a/b/c/d"));
  fails(ENOTDIR, () => vfs.stat(root, "/a/b/c/.."));
  fails(ENOTDIR, () => vfs.stat(root, "/a/b/c/."));
  fails(ENOENT, () => vfs.stat(root, ""));
});

test("a trailing slash asks for a directory", () => {
  const { vfs, root } = createVfs();
  vfs.mkdir(root, "/dir", 0o755);
  write(vfs, root, "/file", "");
  vfs.symlink(root, "dir", "/to-dir");
  vfs.symlink(root, "file", "/to-file");
  assert.ok(vfs.resolve(root, "/dir/").inode.isDirectory);
  fails(ENOTDIR, () => vfs.stat(root, "/file/"));
  // It also makes lstat follow a link.
  assert.ok(vfs.resolve(root, "/to-dir", false).inode.isSymlink);
  assert.ok(vfs.resolve(root, "/to-dir/", false).inode.isDirectory);
  fails(ENOTDIR, () => vfs.stat(root, "/to-file/", false));
});

test("relative paths start at the working directory or at a given one", () => {
  const { vfs, root } = createVfs();
  vfs.mkdir(root, "/a", 0o755);
  vfs.mkdir(root, "/b", 0o755);
  write(vfs, root, "/a/file", "in a");
  write(vfs, root, "/b/file", "in b");
  const ctx = { ...root, cwd: vfs.resolveDirectory(root, "/a") };
  assert.equal(read(vfs, ctx, "file"), "in a");
  assert.equal(read(vfs, ctx, "../b/file"), "in b");
  const at = vfs.resolve(root, "/b");
  assert.equal(vfs.resolve(ctx, "file", true, at), vfs.resolve(root, "/b/file"));
  assert.equal(vfs.resolve(ctx, "/a/file", true, at), vfs.resolve(root, "/a/file"));
});

test("symbolic links are followed, relative to their directory or to the root", () => {
  const { vfs, root } = createVfs();
  vfs.mkdir(root, "/a", 0o755);
  vfs.mkdir(root, "/a/deep", 0o755);
  write(vfs, root, "/a/file", "content");
  vfs.symlink(root, "../file", "/a/deep/relative");
  vfs.symlink(root, "/a/deep", "/absolute");
  vfs.symlink(root, "nowhere", "/dangling");
  assert.equal(read(vfs, root, "/a/deep/relative"), "content");
  assert.equal(read(vfs, root, "/absolute/relative"), "content");
  assert.equal(read(vfs, root, "/absolute/../file"), "content");
  fails(ENOENT, () => vfs.stat(root, "/dangling"));
  assert.ok(vfs.resolve(root, "/dangling", false).inode.isSymlink);
});

test("a link loop is ELOOP, and so are more than 40 links", () => {
  const { vfs, root } = createVfs();
  vfs.symlink(root, "b", "/a");
  vfs.symlink(root, "a", "/b");
  vfs.symlink(root, "self/x", "/self");
  fails(ELOOP, () => vfs.stat(root, "/a"));
  fails(ELOOP, () => vfs.stat(root, "/self"));
  fails(ELOOP, () => vfs.mkdir(root, "/a/x", 0o755));
  write(vfs, root, "/l0", "end");
  for (let i = 1; i <= 41; i++) vfs.symlink(root, `l${i - 1}`, `/l${i}`);
  assert.equal(read(vfs, root, "/l40"), "end");
  fails(ELOOP, () => vfs.stat(root, "/l41"));
});

test("names are limited to 255 bytes and paths to 4095", () => {
  const { vfs, root } = createVfs();
  const longest = "n".repeat(255);
  write(vfs, root, `/${longest}`, "ok");
  assert.equal(read(vfs, root, `/${longest}`), "ok");
  fails(ENAMETOOLONG, () => vfs.stat(root, `/${longest}n`));
  fails(ENAMETOOLONG, () => write(vfs, root, `/${longest}n`, ""));
  // 86 characters of 3 bytes.
  fails(ENAMETOOLONG, () => vfs.mkdir(root, `/${"€".repeat(86)}`, 0o755));
  vfs.mkdir(root, `/${"€".repeat(85)}`, 0o755);
  assert.ok(exists(vfs, root, `${"/.".repeat(2047)}/`));
  fails(ENAMETOOLONG, () => vfs.stat(root, `${"/.".repeat(2047)}/.`));
  fails(ENAMETOOLONG, () => vfs.symlink(root, "t".repeat(4096), "/link"));
});

test("names that mean something to JavaScript are ordinary", () => {
  const { vfs, root } = createVfs();
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype"];
  for (const name of names) {
    assert.equal(exists(vfs, root, `/${name}`), false);
    write(vfs, root, `/${name}`, name);
  }
  assert.deepEqual(list(vfs, root, "/"), names);
  for (const name of names) assert.equal(read(vfs, root, `/${name}`), name);
});

test("lone surrogates become U+FFFD, as in UTF-8", () => {
  const { vfs, root } = createVfs();
  write(vfs, root, "/a\ud800b", "x");
  assert.deepEqual(list(vfs, root, "/"), ["a\ufffdb"]);
  assert.equal(read(vfs, root, "/a\ud800b"), "x");
});

test("walking needs search permission on every directory", () => {
  const { vfs, root } = createVfs();
  const ctx = user(vfs, 1000);
  vfs.mkdir(root, "/closed", 0o700);
  vfs.mkdir(root, "/closed/inner", 0o777);
  write(vfs, root, "/closed/inner/file", "x", 0o666);
  fails(EACCES, () => vfs.stat(ctx, "/closed/inner/file"));
  fails(EACCES, () => vfs.stat(ctx, "/closed/missing"));
  fails(EACCES, () => vfs.stat(ctx, "/closed/."));
  // stat itself needs no permission on the file.
  assert.equal(vfs.stat(ctx, "/closed").uid, 0);
  // From a working directory within, the parents don't matter.
  const inside = { ...ctx, cwd: vfs.resolve(root, "/closed/inner") };
  assert.equal(read(vfs, inside, "file"), "x");
  vfs.chmod(root, "/closed", 0o711);
  assert.equal(read(vfs, ctx, "/closed/inner/file"), "x");
  fails(EACCES, () => list(vfs, ctx, "/closed"));
});

test("chroot: nothing leads above a process's root", () => {
  const { vfs, root } = createVfs();
  vfs.mkdir(root, "/jail", 0o755);
  vfs.mkdir(root, "/jail/etc", 0o755);
  write(vfs, root, "/secret", "outside");
  vfs.symlink(root, "/secret", "/jail/link");
  vfs.symlink(root, "../../secret", "/jail/etc/up");
  const jail = vfs.resolve(root, "/jail");
  const ctx = { ...root, root: jail, cwd: jail };
  fails(ENOENT, () => vfs.stat(ctx, "/secret"));
  fails(ENOENT, () => vfs.stat(ctx, "/../secret"));
  fails(ENOENT, () => vfs.stat(ctx, "../../secret"));
  fails(ENOENT, () => vfs.stat(ctx, "/link"));
  fails(ENOENT, () => vfs.stat(ctx, "/etc/up"));
  assert.equal(vfs.getcwd(ctx), "/");
  assert.equal(vfs.getcwd({ ...ctx, cwd: vfs.resolve(root, "/jail/etc") }), "/etc");
});

test("getcwd and realpath follow renames and know of removal", () => {
  const { vfs, root } = createVfs();
  vfs.mkdir(root, "/a", 0o755);
  vfs.mkdir(root, "/a/b", 0o755);
  vfs.symlink(root, "a/b", "/link");
  const ctx = { ...root, cwd: vfs.resolve(root, "/a/b") };
  assert.equal(vfs.getcwd(root), "/");
  assert.equal(vfs.getcwd(ctx), "/a/b");
  vfs.rename(root, "/a", "/renamed");
  assert.equal(vfs.getcwd(ctx), "/renamed/b");
  fails(ENOENT, () => vfs.realpath(root, "/link"));
  vfs.rename(root, "/renamed", "/a");
  assert.equal(vfs.realpath(root, "/link/.././b/"), "/a/b");
  vfs.rmdir(root, "/a/b");
  fails(ENOENT, () => vfs.getcwd(ctx));
  assert.equal(vfs.pathOf(root, ctx.cwd), "/a/b (deleted)");
  // The removed directory is still a directory, but nothing can be made in it.
  assert.ok(vfs.resolve(ctx, ".").inode.isDirectory);
  fails(ENOENT, () => vfs.mkdir(ctx, "new", 0o755));
  fails(ENOENT, () => vfs.stat(ctx, "anything"));
  assert.equal(vfs.getcwd({ ...ctx, cwd: vfs.resolve(ctx, "..") }), "/a");
});

test("resolveDirectory is chdir's walk", () => {
  const { vfs, root } = createVfs();
  write(vfs, root, "/file", "");
  vfs.mkdir(root, "/closed", 0o700);
  fails(ENOTDIR, () => vfs.resolveDirectory(root, "/file"));
  fails(EACCES, () => vfs.resolveDirectory(user(vfs, 1000), "/closed"));
  fails(ENOENT, () => vfs.resolveDirectory(root, "/none"));
});

test("a mount covers a directory, and .. leads out of it", () => {
  const { vfs, root, storage, clock } = createVfs();
  vfs.mkdir(root, "/mnt", 0o755);
  write(vfs, root, "/mnt/hidden", "below");
  write(vfs, root, "/file", "root file");
  const fs = new Tmpfs({ storage, clock });
  vfs.mount(fs, "/mnt", { source: "a b" });
  assert.equal(exists(vfs, root, "/mnt/hidden"), false);
  vfs.mkdir(root, "/mnt/dir", 0o755);
  write(vfs, root, "/mnt/dir/x", "mounted");
  assert.equal(read(vfs, root, "/mnt/dir/../../file"), "root file");
  assert.equal(vfs.stat(root, "/mnt/dir/x").dev, fs.dev);
  assert.notEqual(vfs.stat(root, "/mnt").dev, vfs.stat(root, "/").dev);
  assert.equal(vfs.realpath(root, "/mnt/dir/x"), "/mnt/dir/x");
  assert.equal(vfs.getcwd({ ...root, cwd: vfs.resolve(root, "/mnt/dir") }), "/mnt/dir");
  assert.equal(vfs.getcwd({ ...root, cwd: vfs.resolve(root, "/mnt") }), "/mnt");
  fails(EBUSY, () => vfs.mount(fs, "/mnt"));
  fails(EBUSY, () => vfs.rmdir(root, "/mnt"));
  fails(EBUSY, () => vfs.rename(root, "/mnt", "/other"));
  assert.match(vfs.describeMounts(), /^tmpfs \/ tmpfs rw,relatime,.* 0 0\na\\040b \/mnt tmpfs rw,relatime,.* 0 0\n$/);
});

test("a second mount on the same place covers the first", () => {
  const { vfs, root, storage, clock } = createVfs();
  vfs.mkdir(root, "/mnt", 0o755);
  vfs.mount(new Tmpfs({ storage, clock }), "/mnt");
  write(vfs, root, "/mnt/first", "");
  vfs.mount(new Tmpfs({ storage, clock }), "/mnt");
  write(vfs, root, "/mnt/second", "");
  assert.deepEqual(list(vfs, root, "/mnt"), ["second"]);
  assert.equal(vfs.realpath(root, "/mnt/second"), "/mnt/second");
  assert.equal(vfs.resolve(root, "/mnt/.."), vfs.root);
});
