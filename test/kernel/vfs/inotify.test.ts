import assert from "node:assert/strict";
import { test } from "node:test";
import { O_CREAT, O_PATH, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } from "../../../src/abi/fcntl.ts";
import * as notify from "../../../src/abi/inotify.ts";
import {
  IN_ALL_EVENTS,
  IN_DONT_FOLLOW,
  IN_EXCL_UNLINK,
  IN_ISDIR,
  IN_MASK_ADD,
  IN_MASK_CREATE,
  IN_ONESHOT,
  IN_ONLYDIR,
} from "../../../src/abi/inotify.ts";
import { POLLIN } from "../../../src/abi/poll.ts";
import { EACCES, EEXIST, EINVAL, EMFILE, ENOENT, ENOTDIR } from "../../../src/kernel/errno.ts";
import { MAX_QUEUED_EVENTS } from "../../../src/kernel/limits/fixed.ts";
import type { Inotify } from "../../../src/kernel/vfs/inotify.ts";
import { blocks, createVfs, type Fixture, fails, list, read, user, write } from "./support.ts";

const NAMES = Object.entries(notify)
  .filter(([name, value]) => name === "IN_ISDIR" || (name !== "IN_ALL_EVENTS" && value <= notify.IN_IGNORED))
  .map(([name, value]) => [name.slice(3), value] as const)
  .sort(([, a], [, b]) => a - b);

/** "MODIFY f", "CREATE|ISDIR d", "@2 …" for another watch than the first. */
function events(inotify: Inotify): string[] {
  const taken = inotify.take();
  if (!Array.isArray(taken)) return [];
  return taken.map(({ wd, mask, name }) => {
    const bits = NAMES.filter(([, value]) => (mask & value) !== 0).map(([bit]) => bit);
    return `${wd > 1 ? `@${wd} ` : ""}${bits.join("|")}${name === "" ? "" : ` ${name}`}`;
  });
}

function watched(path = "/d", mask: number = IN_ALL_EVENTS): Fixture & { inotify: Inotify } {
  const fixture = createVfs();
  fixture.vfs.mkdir(fixture.root, "/d", 0o755);
  const inotify = fixture.vfs.createInotify();
  assert.equal(fixture.vfs.watch(fixture.root, inotify, path, mask), 1);
  return { ...fixture, inotify };
}

test("a directory's watch hears of its files by name", () => {
  const { vfs, root, inotify } = watched();
  const file = vfs.open(root, "/d/f", O_CREAT | O_RDWR, 0o644);
  assert.deepEqual(events(inotify), ["CREATE f", "OPEN f"]);
  file.write(Buffer.from("text"), null);
  file.read(new Uint8Array(4), 0);
  file.truncate(2);
  assert.deepEqual(events(inotify), ["MODIFY f", "ACCESS f", "MODIFY f"]);
  file.decRef();
  vfs.open(root, "/d/f", O_RDONLY).decRef();
  vfs.open(root, "/d/f", O_WRONLY | O_TRUNC).decRef();
  assert.deepEqual(events(inotify), [
    "CLOSE_WRITE f",
    "OPEN f",
    "CLOSE_NOWRITE f",
    "OPEN f",
    "MODIFY f",
    "CLOSE_WRITE f",
  ]);
  vfs.chmod(root, "/d/f", 0o600);
  vfs.truncate(root, "/d/f", 9);
  vfs.chown(root, "/d/f", 1, 1);
  vfs.utimens(root, "/d/f", { sec: 1, nsec: 0 }, { sec: 1, nsec: 0 });
  assert.deepEqual(events(inotify), ["ATTRIB f", "MODIFY f", "ATTRIB f"]);
  vfs.unlink(root, "/d/f");
  assert.deepEqual(events(inotify), ["DELETE f"]);
});

test("directories are marked; what lies deeper isn't seen", () => {
  const { vfs, root, inotify } = watched();
  vfs.mkdir(root, "/d/sub", 0o755);
  assert.deepEqual(events(inotify), ["CREATE|ISDIR sub"]);
  write(vfs, root, "/d/sub/deep", "x");
  assert.deepEqual(events(inotify), []);
  list(vfs, root, "/d/sub");
  assert.deepEqual(events(inotify), ["OPEN|ISDIR sub", "ACCESS|ISDIR sub", "CLOSE_NOWRITE|ISDIR sub"]);
  vfs.unlink(root, "/d/sub/deep");
  vfs.rmdir(root, "/d/sub");
  vfs.symlink(root, "x", "/d/link");
  assert.deepEqual(events(inotify), ["DELETE|ISDIR sub", "CREATE link"]);
});

test("renames come in pairs with one cookie", () => {
  const { vfs, root, inotify } = watched();
  write(vfs, root, "/d/a", "");
  write(vfs, root, "/outside", "");
  inotify.take();
  vfs.rename(root, "/d/a", "/d/b");
  vfs.rename(root, "/outside", "/d/c");
  vfs.rename(root, "/d/b", "/gone");
  const taken = inotify.take();
  assert.ok(Array.isArray(taken));
  assert.deepEqual(
    taken.map(({ mask, name }) => [mask, name]),
    [
      [notify.IN_MOVED_FROM, "a"],
      [notify.IN_MOVED_TO, "b"],
      [notify.IN_MOVED_TO, "c"],
      [notify.IN_MOVED_FROM, "b"],
    ],
  );
  const cookies = taken.map(({ cookie }) => cookie);
  assert.equal(cookies[0], cookies[1]);
  assert.equal(new Set(cookies).size, 3);
  assert.ok(!cookies.includes(0));
});

test("a file's own watch: moves, links and the end", () => {
  const { vfs, root, inotify } = watched();
  inotify.removeWatch(1);
  events(inotify);
  write(vfs, root, "/f", "x");
  assert.equal(vfs.watch(root, inotify, "/f", IN_ALL_EVENTS), 2);
  vfs.link(root, "/f", "/g");
  vfs.rename(root, "/f", "/d/f");
  vfs.unlink(root, "/g");
  assert.deepEqual(events(inotify), ["@2 ATTRIB", "@2 MOVE_SELF", "@2 ATTRIB"]);
  const file = vfs.open(root, "/d/f", O_RDONLY);
  vfs.unlink(root, "/d/f");
  assert.deepEqual(events(inotify), ["@2 OPEN", "@2 ATTRIB"]);
  file.decRef();
  assert.deepEqual(events(inotify), ["@2 CLOSE_NOWRITE", "@2 DELETE_SELF", "@2 IGNORED"]);
  fails(EINVAL, () => inotify.removeWatch(2));
});

test("a replaced file is deleted, a removed directory too", () => {
  const { vfs, root, inotify } = watched("/d");
  write(vfs, root, "/old", "");
  write(vfs, root, "/new", "");
  vfs.watch(root, inotify, "/old", IN_ALL_EVENTS);
  vfs.rename(root, "/new", "/old");
  assert.deepEqual(events(inotify), ["@2 ATTRIB", "@2 DELETE_SELF", "@2 IGNORED"]);
  vfs.rmdir(root, "/d");
  assert.deepEqual(events(inotify), ["DELETE_SELF", "IGNORED"]);
});

test("the watched file hears of its end before its directory does", () => {
  const { vfs, root, inotify } = watched();
  write(vfs, root, "/d/f", "");
  vfs.mkdir(root, "/d/from", 0o755);
  vfs.mkdir(root, "/d/onto", 0o755);
  for (const path of ["/d/f", "/d/from", "/d/onto"]) vfs.watch(root, inotify, path, IN_ALL_EVENTS);
  events(inotify);
  vfs.unlink(root, "/d/f");
  assert.deepEqual(events(inotify), ["@2 ATTRIB", "@2 DELETE_SELF", "@2 IGNORED", "DELETE f"]);
  vfs.rename(root, "/d/from", "/d/onto");
  assert.deepEqual(events(inotify), [
    "MOVED_FROM|ISDIR from",
    "MOVED_TO|ISDIR onto",
    "@4 ATTRIB|ISDIR",
    "@3 MOVE_SELF",
    "@4 DELETE_SELF",
    "@4 IGNORED",
  ]);
  vfs.chmod(root, "/d/onto", 0o700);
  assert.deepEqual(events(inotify), ["ATTRIB|ISDIR onto", "@3 ATTRIB|ISDIR"]);
});

test("masks filter, add and replace", () => {
  const { vfs, root, inotify } = watched("/d", notify.IN_CREATE);
  write(vfs, root, "/d/a", "x");
  assert.deepEqual(events(inotify), ["CREATE a"]);
  assert.equal(vfs.watch(root, inotify, "/d", notify.IN_DELETE | IN_MASK_ADD), 1);
  vfs.unlink(root, "/d/a");
  write(vfs, root, "/d/a", "x");
  assert.deepEqual(events(inotify), ["DELETE a", "CREATE a"]);
  assert.equal(vfs.watch(root, inotify, "/d", notify.IN_DELETE), 1);
  write(vfs, root, "/d/b", "");
  assert.deepEqual(events(inotify), []);
  fails(EEXIST, () => vfs.watch(root, inotify, "/d", notify.IN_DELETE | IN_MASK_CREATE));
  fails(EINVAL, () => vfs.watch(root, inotify, "/d", 0));
});

test("flags of inotify_add_watch", () => {
  const { vfs, root, inotify } = watched("/d", notify.IN_MODIFY | notify.IN_ATTRIB | IN_EXCL_UNLINK);
  write(vfs, root, "/d/f", "x");
  vfs.symlink(root, "d", "/link");
  events(inotify);
  const file = vfs.open(root, "/d/f", O_WRONLY);
  vfs.unlink(root, "/d/f");
  file.write(Buffer.from("y"), null);
  assert.deepEqual(events(inotify), []);
  file.decRef();

  write(vfs, root, "/f", "");
  fails(ENOTDIR, () => vfs.watch(root, inotify, "/f", IN_ALL_EVENTS | IN_ONLYDIR));
  fails(ENOENT, () => vfs.watch(root, inotify, "/none", IN_ALL_EVENTS));
  vfs.chmod(root, "/f", 0o600);
  fails(EACCES, () => vfs.watch(user(vfs, 5), inotify, "/f", IN_ALL_EVENTS));
  assert.equal(vfs.watch(root, inotify, "/link", IN_ALL_EVENTS), 1);
  assert.equal(vfs.watch(root, inotify, "/link", IN_ALL_EVENTS | IN_DONT_FOLLOW), 2);

  assert.equal(vfs.watch(root, inotify, "/f", notify.IN_ATTRIB | IN_ONESHOT), 3);
  vfs.chmod(root, "/f", 0o644);
  vfs.chmod(root, "/f", 0o600);
  assert.deepEqual(events(inotify), ["@3 ATTRIB", "@3 IGNORED"]);
});

test("equal events in a row are one", () => {
  const { vfs, root, inotify } = watched("/d", notify.IN_MODIFY);
  const file = vfs.open(root, "/d/f", O_CREAT | O_WRONLY, 0o644);
  for (let i = 0; i < 100; i++) file.write(Buffer.from("x"), null);
  assert.deepEqual(events(inotify), ["MODIFY f"]);
});

test("a full queue overflows once", () => {
  const { vfs, root, inotify } = watched("/d", notify.IN_MOVED_FROM | notify.IN_MOVED_TO);
  write(vfs, root, "/d/a", "");
  for (let i = 0; i < MAX_QUEUED_EVENTS; i++) {
    vfs.rename(root, "/d/a", "/d/b");
    vfs.rename(root, "/d/b", "/d/a");
  }
  const taken = inotify.take();
  assert.ok(Array.isArray(taken));
  assert.equal(taken.length, MAX_QUEUED_EVENTS + 1);
  assert.deepEqual(taken.at(-1), { wd: -1, mask: notify.IN_Q_OVERFLOW, cookie: 0, name: "" });
  vfs.rename(root, "/d/a", "/d/b");
  assert.equal(events(inotify).length, 2);
});

test("read gives struct inotify_event", () => {
  const { vfs, root, inotify } = watched("/d", notify.IN_CREATE | notify.IN_DELETE_SELF);
  const buffer = Buffer.alloc(200, 0xff);
  blocks(inotify.read(buffer));
  assert.equal(inotify.readiness(), 0);
  let woken = 0;
  inotify.queue.register({ mask: POLLIN, callback: () => woken++ });
  write(vfs, root, "/d/sixteen-bytes-xx", "");
  vfs.mkdir(root, "/d/é", 0o755);
  assert.equal(woken, 2);
  assert.equal(inotify.readiness(), POLLIN);
  assert.equal(inotify.ioctl(0x541b, null), 48 + 32);
  fails(EINVAL, () => inotify.read(Buffer.alloc(47)));
  assert.equal(inotify.read(buffer.subarray(0, 79)), 48);
  assert.equal(buffer.readInt32LE(0), 1);
  assert.equal(buffer.readUInt32LE(4), notify.IN_CREATE);
  assert.equal(buffer.readUInt32LE(8), 0);
  assert.equal(buffer.readUInt32LE(12), 32);
  assert.equal(buffer.toString("utf8", 16, 48), "sixteen-bytes-xx".padEnd(32, "\0"));
  assert.equal(inotify.read(buffer), 32);
  assert.equal(buffer.readUInt32LE(4), notify.IN_CREATE | IN_ISDIR);
  assert.equal(buffer.toString("utf8", 16, 32), "é".padEnd(15, "\0"));
});

test("closing ends all watches and frees the instance", () => {
  const { vfs, root, inotify } = watched();
  const { inode } = vfs.resolve(root, "/d");
  assert.equal(inode.watches?.size, 1);
  inotify.decRef();
  assert.equal(inode.watches, null);
  const all = Array.from({ length: 128 }, () => vfs.createInotify());
  fails(EMFILE, () => vfs.createInotify());
  all[0]?.decRef();
  vfs.createInotify();
});

test("several instances hear the same", () => {
  const { vfs, root, inotify } = watched();
  const other = vfs.createInotify();
  vfs.watch(root, other, "/d", notify.IN_CREATE);
  write(vfs, root, "/d/f", "");
  assert.equal(read(vfs, root, "/d/f"), "");
  assert.deepEqual(events(other), ["CREATE f"]);
  assert.ok(events(inotify).length > 1);
});

test("all instances of a VM queue a bounded number of events", () => {
  const { vfs, root } = createVfs();
  vfs.mkdir(root, "/d", 0o755);
  write(vfs, root, "/d/a", "");
  const all = Array.from({ length: 20 }, () => vfs.createInotify());
  for (const inotify of all) vfs.watch(root, inotify, "/d", notify.IN_MOVED_FROM);
  for (let i = 0; i < MAX_QUEUED_EVENTS; i++) {
    vfs.rename(root, "/d/a", "/d/b");
    vfs.rename(root, "/d/b", "/d/a");
  }
  const count = (inotify: Inotify): number => {
    const taken = inotify.take();
    return Array.isArray(taken) ? taken.length : 0;
  };
  const total = all.reduce((sum, inotify) => sum + count(inotify), 0);
  assert.ok(total >= 4 * MAX_QUEUED_EVENTS - all.length && total <= 4 * MAX_QUEUED_EVENTS + 21, String(total));
  vfs.rename(root, "/d/a", "/d/b");
  assert.deepEqual(all.map(count), Array(20).fill(1));
});

test("O_PATH is no opening", () => {
  const { vfs, root, inotify } = watched();
  write(vfs, root, "/d/f", "");
  events(inotify);
  vfs.open(root, "/d/f", O_PATH).decRef();
  assert.deepEqual(events(inotify), []);
});
