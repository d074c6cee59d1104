import assert from "node:assert/strict";
import { test } from "node:test";
import {
  O_APPEND,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  SEEK_CUR,
  SEEK_DATA,
  SEEK_END,
  SEEK_HOLE,
  SEEK_SET,
} from "../../../src/abi/fcntl.ts";
import { EFBIG, EINVAL, EISDIR, ENAMETOOLONG, ENOSPC, ENXIO } from "../../../src/kernel/errno.ts";
import { FileContent } from "../../../src/kernel/fs/tmpfs/content.ts";
import { createStorage } from "../../../src/kernel/limits/storage.ts";
import { copyFileRange } from "../../../src/kernel/vfs/copy_file_range.ts";
import { createVfs, fails, read, write } from "./support.ts";

const bytes = (text: string): Buffer => Buffer.from(text);
const MIB = 1 << 20;

test("content equals a flat buffer's under random writes, cuts and reads", () => {
  let seed = 42;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (let round = 0; round < 20; round++) {
    const storage = createStorage(64 * MIB, 10);
    const content = new FileContent(storage.bytes);
    const model = Buffer.alloc(MIB);
    let size = 0;
    for (let step = 0; step < 60; step++) {
      const offset = random(round % 2 === 0 ? 8000 : MIB / 2);
      const length = random(round % 3 === 0 ? 3000 : 200_000);
      if (random(4) === 0) {
        content.truncate(offset);
        if (offset < size) model.fill(0, offset, size);
        size = offset;
      } else {
        const data = Buffer.alloc(length, 1 + random(255));
        assert.equal(content.write(data, offset), length);
        data.copy(model, offset);
        if (length > 0) size = Math.max(size, offset + length);
      }
      assert.equal(content.size, size);
      const from = random(size + 10);
      const got = Buffer.alloc(random(150_000), 0xee);
      const count = content.read(got, from);
      assert.equal(count, Math.max(0, Math.min(got.length, size - from)));
      assert.ok(got.subarray(0, count).equals(model.subarray(from, from + count)));
      assert.ok(content.blocks * 512 <= storage.bytes.used);
    }
    content.clear();
    assert.equal(storage.bytes.used, 0);
  }
});

test("small files take pages, holes take nothing", () => {
  const { vfs, root, storage } = createVfs();
  write(vfs, root, "/empty", "");
  write(vfs, root, "/small", "x");
  write(vfs, root, "/page", "x".repeat(4096));
  write(vfs, root, "/more", "x".repeat(4097));
  assert.deepEqual(
    ["/empty", "/small", "/page", "/more"].map((path) => vfs.stat(root, path).blocks),
    [0, 8, 8, 16],
  );
  assert.equal(storage.bytes.used, 4 * 4096);
  const file = vfs.open(root, "/sparse", O_CREAT | O_RDWR, 0o644);
  file.truncate(1e15);
  assert.equal(vfs.stat(root, "/sparse").size, 1e15);
  assert.equal(vfs.stat(root, "/sparse").blocks, 0);
  assert.equal(file.write(bytes("end"), 1e15 - 3), 3);
  assert.equal(vfs.stat(root, "/sparse").blocks, 8);
  const buffer = Buffer.alloc(6, 1);
  assert.equal(file.read(buffer, 1e15 - 6), 6);
  assert.equal(buffer.toString(), "\0\0\0end");
  assert.equal(file.read(buffer, 5e14), 6);
  assert.equal(buffer.toString(), "\0".repeat(6));
  assert.ok(storage.bytes.used < MIB);
});

test("st_blocks of a large file counts the pages that were written", () => {
  const { vfs, root } = createVfs();
  const file = vfs.open(root, "/f", O_CREAT | O_WRONLY, 0o644);
  for (let i = 0; i < 100; i++) file.write(new Uint8Array(1000), null);
  assert.equal(file.stat().blocks, Math.ceil(100_000 / 4096) * 8);
});

test("the end of a cut file is zero when it grows again", () => {
  const { vfs, root } = createVfs();
  write(vfs, root, "/f", "secret text");
  vfs.truncate(root, "/f", 3);
  vfs.truncate(root, "/f", 6);
  assert.equal(read(vfs, root, "/f"), "sec\0\0\0");
  fails(EINVAL, () => vfs.truncate(root, "/f", -1));
  fails(EINVAL, () => vfs.truncate(root, "/f", 1.5));
  fails(EINVAL, () => vfs.truncate(root, "/f", Number.NaN));
  fails(EISDIR, () => vfs.truncate(root, "/", 0));
});

test("offsets and lengths that make no sense are errors, and cost nothing", () => {
  const { vfs, root, storage } = createVfs();
  const file = vfs.open(root, "/f", O_CREAT | O_RDWR, 0o644);
  const one = new Uint8Array(1);
  for (const offset of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -Number.MAX_VALUE]) {
    fails(EINVAL, () => file.write(one, offset));
    fails(EINVAL, () => file.read(one, offset));
    fails(EINVAL, () => file.seek(offset, SEEK_SET));
  }
  fails(EFBIG, () => file.write(one, Number.MAX_SAFE_INTEGER));
  fails(EINVAL, () => file.truncate(-(2 ** 60)));
  fails(EFBIG, () => file.truncate(2 ** 60));
  assert.equal(file.write(new Uint8Array(0), 1e12), 0);
  assert.equal(file.stat().size, 0);
  assert.equal(storage.bytes.used, 0);
});

test("seek", () => {
  const { vfs, root } = createVfs();
  write(vfs, root, "/f", "0123456789");
  const file = vfs.open(root, "/f", O_RDWR);
  assert.equal(file.seek(4, SEEK_SET), 4);
  assert.equal(file.seek(3, SEEK_CUR), 7);
  assert.equal(file.seek(-2, SEEK_END), 8);
  assert.equal(file.seek(5, SEEK_END), 15);
  assert.equal(file.read(new Uint8Array(1), null), 0);
  file.write(bytes("x"), null);
  assert.equal(read(vfs, root, "/f"), "0123456789\0\0\0\0\0x");
  fails(EINVAL, () => file.seek(-17, SEEK_END));
  fails(EINVAL, () => file.seek(0, 9));
  assert.equal(file.seek(0, SEEK_CUR), 16);
});

test("SEEK_DATA and SEEK_HOLE find the edges", () => {
  const { vfs, root } = createVfs();
  const file = vfs.open(root, "/f", O_CREAT | O_RDWR, 0o644);
  file.write(bytes("x"), 0);
  file.write(bytes("y"), 10 * MIB);
  file.truncate(20 * MIB);
  assert.equal(file.seek(0, SEEK_DATA), 0);
  assert.equal(file.seek(0, SEEK_HOLE), 4096);
  assert.equal(file.seek(4096, SEEK_DATA), 10 * MIB);
  assert.equal(file.seek(10 * MIB, SEEK_HOLE), 10 * MIB + 4096);
  fails(ENXIO, () => file.seek(11 * MIB, SEEK_DATA));
  assert.equal(file.seek(11 * MIB, SEEK_HOLE), 11 * MIB);
  fails(ENXIO, () => file.seek(20 * MIB, SEEK_HOLE));
  // A file without holes has one at its end.
  write(vfs, root, "/full", "abc");
  const full = vfs.open(root, "/full", O_RDONLY);
  assert.equal(full.seek(1, SEEK_HOLE), 3);
});

test("SEEK_DATA and SEEK_HOLE over an endless hole take no time", () => {
  const { vfs, root } = createVfs();
  const file = vfs.open(root, "/f", O_CREAT | O_RDWR, 0o644);
  file.truncate(Number.MAX_SAFE_INTEGER);
  fails(ENXIO, () => file.seek(0, SEEK_DATA));
  assert.equal(file.seek(0, SEEK_HOLE), 0);
});

test("fsBytes: a full file system gives ENOSPC and keeps what fits", () => {
  const { vfs, root, storage } = createVfs(MIB, 100);
  const file = vfs.open(root, "/f", O_CREAT | O_RDWR, 0o644);
  assert.equal(file.write(new Uint8Array(2 * MIB), null), MIB);
  fails(ENOSPC, () => file.write(new Uint8Array(1), null));
  assert.equal(storage.bytes.used, MIB);
  assert.equal(vfs.statfs(root, "/").bfree, 0);
  // What is there can be changed.
  assert.equal(file.write(bytes("x"), 5), 1);
  fails(ENOSPC, () => write(vfs, root, "/g", "x"));
  file.truncate(MIB / 2);
  assert.equal(storage.bytes.used, MIB / 2);
  write(vfs, root, "/g", "x");
  vfs.unlink(root, "/f");
  assert.equal(storage.bytes.used, MIB / 2 + 4096);
  file.decRef();
  assert.equal(storage.bytes.used, 4096);
});

test("a small file grows up to the last free page", () => {
  const { vfs, root } = createVfs(12_288, 100);
  const file = vfs.open(root, "/f", O_CREAT | O_RDWR, 0o644);
  let total = 0;
  for (let i = 0; i < 12; i++) total += file.write(new Uint8Array(1024), null) as number;
  assert.equal(total, 12_288);
  fails(ENOSPC, () => file.write(new Uint8Array(1), null));
});

test("inodes: files, directories and further links are counted", () => {
  const { vfs, root, storage } = createVfs(MIB, 5);
  vfs.mkdir(root, "/d", 0o755);
  write(vfs, root, "/f", "");
  vfs.symlink(root, "x", "/s");
  vfs.link(root, "/f", "/g");
  assert.equal(storage.inodes.used, 5);
  for (const operation of [
    () => vfs.mkdir(root, "/more", 0o755),
    () => write(vfs, root, "/more", ""),
    () => vfs.symlink(root, "x", "/more"),
    () => vfs.link(root, "/f", "/more"),
    () => vfs.mknod(root, "/more", 0o010600, 0),
  ]) {
    fails(ENOSPC, operation);
  }
  assert.equal(vfs.statfs(root, "/").ffree, 0);
  vfs.unlink(root, "/f");
  vfs.unlink(root, "/g");
  vfs.unlink(root, "/s");
  vfs.rmdir(root, "/d");
  assert.equal(storage.inodes.used, 1);
});

test("replaced files give their storage back", () => {
  const { vfs, root, storage } = createVfs();
  for (let i = 0; i < 10; i++) {
    write(vfs, root, "/new", "x".repeat(10_000));
    vfs.rename(root, "/new", "/file");
  }
  assert.equal(storage.inodes.used, 2);
  assert.equal(storage.bytes.used, 12_288);
});

test("copy_file_range", () => {
  const { vfs, root } = createVfs();
  const text = "0123456789".repeat(20_000);
  write(vfs, root, "/from", text);
  const from = vfs.open(root, "/from", O_RDONLY);
  const to = vfs.open(root, "/to", O_CREAT | O_RDWR, 0o644);
  assert.equal(copyFileRange(from, null, to, null, 1e9), text.length);
  assert.equal(read(vfs, root, "/to"), text);
  assert.equal(copyFileRange(from, null, to, null, 1e9), 0);
  assert.equal(from.seek(0, SEEK_CUR), text.length);
  assert.equal(copyFileRange(from, 5, to, 0, 3), 3);
  assert.equal(read(vfs, root, "/to").slice(0, 5), "56734");
  assert.equal(to.seek(0, SEEK_CUR), text.length);
  fails(EINVAL, () => copyFileRange(to, 0, to, 2, 10));
  assert.equal(copyFileRange(to, 0, to, 10, 10), 10);
  fails(EINVAL, () => copyFileRange(from, 0, to, 0, -1));
  fails(EISDIR, () => copyFileRange(vfs.open(root, "/", O_RDONLY), 0, to, 0, 1));
  const append = vfs.open(root, "/to", O_WRONLY | O_APPEND);
  assert.throws(() => copyFileRange(from, 0, append, 0, 1));
});

test("names may hold bytes that are no UTF-8, one byte each of the limits", () => {
  const { vfs, root } = createVfs();
  const escaped = "\udcff".repeat(255);
  vfs.open(root, `/${escaped}`, O_WRONLY | O_CREAT, 0o600).decRef();
  fails(ENAMETOOLONG, () => vfs.open(root, `/${escaped}x`, O_WRONLY | O_CREAT, 0o600));
  vfs.symlink(root, `${"\udcfe".repeat(300)}\ud800`, "/link");
  assert.equal(vfs.readlink(root, "/link"), `${"\udcfe".repeat(300)}\ufffd`);
  assert.equal(vfs.stat(root, "/link", false).size, 303);
});
