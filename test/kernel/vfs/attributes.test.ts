import assert from "node:assert/strict";
import { test } from "node:test";
import { O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } from "../../../src/abi/fcntl.ts";
import { STAT_FIELDS } from "../../../src/abi/stat.ts";
import { UTIME_NOW, UTIME_OMIT } from "../../../src/abi/time.ts";
import { EACCES, EINVAL, EOPNOTSUPP, EPERM } from "../../../src/kernel/errno.ts";
import { RealtimeClock } from "../../../src/kernel/vfs/clock.ts";
import type { FsContext } from "../../../src/kernel/vfs/context.ts";
import { type Stat, writeStat } from "../../../src/kernel/vfs/stat.ts";
import { createVfs, fails, list, read, user, write } from "./support.ts";

const NS = 1_000_000_000n;
const NOW = { sec: 0, nsec: UTIME_NOW };
const OMIT = { sec: 0, nsec: UTIME_OMIT };

test("chmod: the owner and root may, ctime moves", () => {
  const { vfs, root, clock } = createVfs();
  write(vfs, root, "/f", "x");
  vfs.chown(root, "/f", 1000, 1000);
  const before = vfs.stat(root, "/f");
  clock.advance(10, 5);
  vfs.chmod(user(vfs, 1000), "/f", 0o7640);
  const after = vfs.stat(root, "/f");
  assert.equal(after.mode, 0o107640);
  assert.equal(after.ctimeNs, before.ctimeNs + 10n * NS + 5n);
  assert.equal(after.mtimeNs, before.mtimeNs);
  fails(EPERM, () => vfs.chmod(user(vfs, 1001), "/f", 0o777));
  vfs.chmod(root, "/f", 0o1_000_755);
  assert.equal(vfs.stat(root, "/f").mode, 0o100755);
  // Set-group-ID is for members of the group.
  vfs.chown(root, "/f", 1000, 50);
  vfs.chmod(user(vfs, 1000), "/f", 0o2755);
  assert.equal(vfs.stat(root, "/f").mode, 0o100755);
});

test("chmod follows links; a link itself has no mode", () => {
  const { vfs, root } = createVfs();
  write(vfs, root, "/f", "");
  vfs.symlink(root, "f", "/link");
  vfs.chmod(root, "/link", 0o600);
  assert.equal(vfs.stat(root, "/f").mode, 0o100600);
  fails(EOPNOTSUPP, () => vfs.chmod(root, "/link", 0o600, false));
  const file = vfs.open(root, "/f", O_RDONLY);
  vfs.fchmod(root, file, 0o444);
  assert.equal(file.stat().mode, 0o100444);
});

test("chown: only root gives files away", () => {
  const { vfs, root } = createVfs();
  const owner = user(vfs, 1000, 1000, [50]);
  write(vfs, root, "/f", "");
  vfs.chown(root, "/f", 1000, 1000);
  vfs.chown(owner, "/f", -1, 50);
  assert.deepEqual([vfs.stat(root, "/f").uid, vfs.stat(root, "/f").gid], [1000, 50]);
  vfs.chown(owner, "/f", 1000, 0xffffffff);
  fails(EPERM, () => vfs.chown(owner, "/f", 1001, -1));
  fails(EPERM, () => vfs.chown(owner, "/f", -1, 51));
  fails(EPERM, () => vfs.chown(user(vfs, 7, 50), "/f", -1, 50));
  fails(EINVAL, () => vfs.chown(root, "/f", -2, 0));
  fails(EINVAL, () => vfs.chown(root, "/f", 1.5, 0));
  vfs.symlink(root, "f", "/link");
  vfs.chown(root, "/link", 3, 4, false);
  assert.equal(vfs.stat(root, "/f").uid, 1000);
  assert.equal(vfs.stat(root, "/link", false).uid, 3);
  vfs.fchown(root, vfs.open(root, "/f", O_RDONLY), 8, 9);
  assert.deepEqual([vfs.stat(root, "/f").uid, vfs.stat(root, "/f").gid], [8, 9]);
});

test("chown takes the set-ID bits", () => {
  const { vfs, root } = createVfs();
  write(vfs, root, "/f", "");
  vfs.chmod(root, "/f", 0o6755);
  vfs.chown(root, "/f", 5, 5);
  assert.equal(vfs.stat(root, "/f").mode & 0o7777, 0o755);
  vfs.chmod(root, "/f", 0o6745);
  vfs.chown(root, "/f", 6, 6);
  assert.equal(vfs.stat(root, "/f").mode & 0o7777, 0o2745);
});

test("utimens: nanoseconds, now and omit", () => {
  const { vfs, root, clock } = createVfs();
  write(vfs, root, "/f", "");
  clock.advance(5, 123);
  vfs.utimens(root, "/f", { sec: 1, nsec: 2 }, { sec: -3, nsec: 999_999_999 });
  let stat = vfs.stat(root, "/f");
  assert.equal(stat.atimeNs, NS + 2n);
  assert.equal(stat.mtimeNs, -3n * NS + 999_999_999n);
  assert.equal(stat.ctimeNs, BigInt(clock.sec) * NS + 123n);
  vfs.utimens(root, "/f", OMIT, NOW);
  stat = vfs.stat(root, "/f");
  assert.equal(stat.atimeNs, NS + 2n);
  assert.equal(stat.mtimeNs, BigInt(clock.sec) * NS + 123n);
  fails(EINVAL, () => vfs.utimens(root, "/f", { sec: 0, nsec: 1_000_000_000 }, NOW));
  fails(EINVAL, () => vfs.utimens(root, "/f", { sec: 0, nsec: -1 }, NOW));
  fails(EINVAL, () => vfs.utimens(root, "/f", { sec: Number.NaN, nsec: 0 }, NOW));
  fails(EINVAL, () => vfs.utimens(root, "/f", { sec: 1e300, nsec: 0 }, NOW));
});

test("utimens: strangers may at most touch what they may write", () => {
  const { vfs, root } = createVfs();
  write(vfs, root, "/f", "");
  vfs.chmod(root, "/f", 0o666);
  const ctx = user(vfs, 1000);
  vfs.utimens(ctx, "/f", NOW, NOW);
  vfs.utimens(ctx, "/f", OMIT, OMIT);
  fails(EPERM, () => vfs.utimens(ctx, "/f", { sec: 1, nsec: 0 }, NOW));
  fails(EPERM, () => vfs.utimens(ctx, "/f", NOW, OMIT));
  vfs.chmod(root, "/f", 0o644);
  fails(EACCES, () => vfs.utimens(ctx, "/f", NOW, NOW));
});

test("utimens of a link and of an open file", () => {
  const { vfs, root } = createVfs();
  write(vfs, root, "/f", "");
  vfs.symlink(root, "f", "/link");
  vfs.utimens(root, "/link", { sec: 7, nsec: 0 }, { sec: 8, nsec: 0 }, false);
  assert.equal(vfs.stat(root, "/link", false).mtimeNs, 8n * NS);
  assert.notEqual(vfs.stat(root, "/f").mtimeNs, 8n * NS);
  const file = vfs.open(root, "/f", O_RDONLY);
  vfs.futimens(root, file, { sec: 9, nsec: 0 }, OMIT);
  assert.equal(file.stat().atimeNs, 9n * NS);
});

test("times move as operations touch content, attributes and entries", () => {
  const { vfs, root, clock } = createVfs();
  vfs.mkdir(root, "/d", 0o755);
  write(vfs, root, "/d/f", "x");
  const changed = (path: string, operation: () => void): string => {
    const before = vfs.stat(root, path, false);
    clock.advance(1);
    operation();
    const after = vfs.stat(root, path, false);
    const moved = (key: keyof Stat): boolean => before[key] !== after[key];
    return (moved("atimeNs") ? "a" : "") + (moved("mtimeNs") ? "m" : "") + (moved("ctimeNs") ? "c" : "");
  };
  const file = vfs.open(root, "/d/f", O_RDWR);
  assert.equal(
    changed("/d/f", () => file.write(Buffer.from("y"), null)),
    "mc",
  );
  assert.equal(
    changed("/d/f", () => file.truncate(10)),
    "mc",
  );
  // relatime: the first read after a change, then none for a day.
  assert.equal(
    changed("/d/f", () => void read(vfs, root, "/d/f")),
    "a",
  );
  assert.equal(
    changed("/d/f", () => void read(vfs, root, "/d/f")),
    "",
  );
  clock.advance(90_000);
  assert.equal(
    changed("/d/f", () => void read(vfs, root, "/d/f")),
    "a",
  );
  assert.equal(
    changed("/d/f", () => vfs.link(root, "/d/f", "/g")),
    "c",
  );
  vfs.symlink(root, "f", "/d/link");
  assert.equal(
    changed("/d/link", () => void vfs.readlink(root, "/d/link")),
    "a",
  );
});

test("directories' times", () => {
  const { vfs, root, clock } = createVfs();
  vfs.mkdir(root, "/d", 0o755);
  const moves = (operation: () => void): boolean => {
    const before = vfs.stat(root, "/d");
    clock.advance(1);
    operation();
    const after = vfs.stat(root, "/d");
    assert.equal(before.mtimeNs !== after.mtimeNs, before.ctimeNs !== after.ctimeNs);
    return before.mtimeNs !== after.mtimeNs;
  };
  assert.ok(moves(() => write(vfs, root, "/d/f", "")));
  assert.equal(
    moves(() => write(vfs, root, "/d/f", "content")),
    false,
  );
  assert.ok(moves(() => vfs.rename(root, "/d/f", "/d/g")));
  assert.ok(moves(() => vfs.rename(root, "/d/g", "/g")));
  assert.ok(moves(() => vfs.rename(root, "/g", "/d/g")));
  assert.ok(moves(() => vfs.unlink(root, "/d/g")));
  assert.ok(moves(() => vfs.mkdir(root, "/d/sub", 0o755)));
  assert.equal(
    moves(() => void list(vfs, root, "/d")),
    false,
  );
});

test("statInto fills the fields in order, for both kinds of arrays", () => {
  const { vfs, root, clock } = createVfs();
  clock.advance(0, 7);
  write(vfs, root, "/f", "12345");
  vfs.utimens(root, "/f", { sec: -1, nsec: 5 }, { sec: 2, nsec: 3 });
  const numbers = new Float64Array(STAT_FIELDS);
  const bigints = new BigInt64Array(STAT_FIELDS);
  const generic = new Float64Array(STAT_FIELDS);
  vfs.statInto(numbers, root, "/f");
  vfs.statInto(bigints, root, "/f");
  const stat = vfs.stat(root, "/f");
  writeStat(stat, generic);
  assert.deepEqual(numbers, generic);
  assert.deepEqual([...bigints].map(Number), [...numbers]);
  const { dev, ino } = stat;
  assert.deepEqual([...numbers], [dev, 0o100644, 1, 0, 0, 0, 4096, ino, 5, 8, -1, 5, 2, 3, clock.sec, 7, clock.sec, 7]);
});

test("statfs tells the quota", () => {
  const { vfs, root } = createVfs(1 << 20, 100);
  write(vfs, root, "/f", "x");
  assert.deepEqual(vfs.statfs(root, "/f"), {
    type: 0x01021994,
    bsize: 4096,
    blocks: 256,
    bfree: 255,
    bavail: 255,
    files: 100,
    ffree: 98,
    namelen: 255,
  });
  assert.deepEqual(vfs.fstatfs(vfs.open(root, "/f", O_RDONLY)), vfs.statfs(root, "/"));
});

test("the real clock never lags behind Date.now() nor runs ahead", () => {
  const clock = new RealtimeClock();
  for (let i = 0; i < 1000; i++) {
    const before = Date.now();
    clock.tick();
    const after = Date.now();
    const ms = clock.sec * 1000 + clock.nsec / 1e6;
    assert.ok(ms >= before - 0.001 && ms < after + 1.001, `${before} ${ms} ${after}`);
    assert.ok(Number.isInteger(clock.nsec) && clock.nsec >= 0 && clock.nsec < 1e9);
  }
});

test("writing and cutting take set-ID bits away, unless root does it", () => {
  const { vfs, root } = createVfs();
  vfs.chmod(root, "/", 0o777);
  const alice = user(vfs, 1000, 1000, [50]);
  const mode = (): string => vfs.stat(root, "/f").mode.toString(8).slice(-4);
  write(vfs, alice, "/f", "text", 0o666);
  const changes: ((ctx: FsContext) => void)[] = [
    (ctx) => {
      const file = vfs.open(ctx, "/f", O_WRONLY);
      file.write(Buffer.from("x"), 0);
      file.decRef();
    },
    (ctx) => {
      const file = vfs.open(ctx, "/f", O_WRONLY);
      file.truncate(3);
      file.decRef();
    },
    (ctx) => vfs.open(ctx, "/f", O_WRONLY | O_TRUNC).decRef(),
    (ctx) => vfs.truncate(ctx, "/f", 2),
  ];
  for (const change of changes) {
    vfs.chmod(root, "/f", 0o6776);
    change(root);
    assert.equal(mode(), "6776");
    change(alice);
    assert.equal(mode(), "0776");
    // Without the group's execution, the bit is about locking: who is in the group may keep it.
    vfs.chmod(root, "/f", 0o2666);
    change(alice);
    assert.equal(mode(), "2666");
    change(user(vfs, 2000));
    assert.equal(mode(), "0666");
  }
});

test("chown: set-ID bits go; who may not change the mode may not change nothing either", () => {
  const { vfs, root } = createVfs();
  vfs.chmod(root, "/", 0o777);
  write(vfs, user(vfs, 1000), "/f", "", 0o666);
  vfs.chown(user(vfs, 2000), "/f", -1, -1);
  vfs.chmod(root, "/f", 0o4755);
  fails(EPERM, () => vfs.chown(user(vfs, 2000), "/f", -1, -1));
  vfs.chown(user(vfs, 1000), "/f", -1, -1);
  assert.equal(vfs.stat(root, "/f").mode & 0o7777, 0o755);
});

test("access() asks with the real ids all along the path", () => {
  const { vfs, root } = createVfs();
  vfs.mkdir(root, "/d", 0o700);
  write(vfs, root, "/d/f", "");
  const alice = user(vfs, 1000);
  const borrowed = { ...alice, creds: { ...alice.creds, euid: 0 } };
  fails(EACCES, () => vfs.access(borrowed, "/d/f", 0));
  vfs.access(borrowed, "/d/f", 0, true);
  const lent = { ...alice, creds: { ...alice.creds, uid: 0 } };
  vfs.access(lent, "/d/f", 4);
});
