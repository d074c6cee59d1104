import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { S_IFMT } from "../../../src/abi/mode.ts";
import { Errno } from "../../../src/kernel/errno.ts";
import type { FsContext } from "../../../src/kernel/vfs/context.ts";
import type { Stat } from "../../../src/kernel/vfs/stat.ts";
import type { VirtualFilesystem } from "../../../src/kernel/vfs/virtual_filesystem.ts";
import { createVfs, list, read, user } from "./support.ts";

/** How deep the directory lies in which both sides work, so that no ".." of a test leads out of it. */
const DEPTH = 40;
const ROUNDS = 12;
const STEPS = 1500;
/** Changing identities is slow. */
const USER_ROUNDS = 4;

/** A pseudo-random number below `below`, the same in every run. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The operations of one side, by name. */
type Side = Record<string, (...args: any[]) => unknown>;

function hostSide(base: string): Side {
  const describe = (stat: fs.Stats): unknown => summary(stat);
  return {
    mkdir: (name: string, mode: number) => fs.mkdirSync(name, mode),
    rmdir: (name: string) => fs.rmdirSync(name),
    unlink: (name: string) => fs.unlinkSync(name),
    link: (from: string, to: string) => fs.linkSync(from, to),
    symlink: (target: string, name: string) => fs.symlinkSync(target, name),
    readlink: (name: string) => fs.readlinkSync(name),
    rename: (from: string, to: string) => fs.renameSync(from, to),
    open: (name: string, flags: number, mode: number) => fs.closeSync(fs.openSync(name, flags, mode)),
    append: (name: string, text: string) => {
      const fd = fs.openSync(name, fs.constants.O_WRONLY | fs.constants.O_APPEND);
      fs.writeSync(fd, text);
      fs.closeSync(fd);
    },
    truncate: (name: string, length: number) => fs.truncateSync(name, length),
    chmod: (name: string, mode: number) => fs.chmodSync(name, mode),
    lchown: (name: string, uid: number, gid: number) => fs.lchownSync(name, uid, gid),
    access: (name: string, mode: number) => fs.accessSync(name, mode),
    stat: (name: string) => describe(fs.statSync(name)),
    lstat: (name: string) => describe(fs.lstatSync(name)),
    realpath: (name: string) => path.relative(base, fs.realpathSync.native(name)),
    list: (name: string) => fs.readdirSync(name).sort(),
    read: (name: string) => fs.readFileSync(name, "utf8"),
  };
}

function ownSide(vfs: VirtualFilesystem, ctx: FsContext, base: string): Side {
  const describe = (name: string, follow: boolean): unknown => {
    return summary(vfs.stat(ctx, name, follow));
  };
  return {
    mkdir: (name: string, mode: number) => vfs.mkdir(ctx, name, mode),
    rmdir: (name: string) => vfs.rmdir(ctx, name),
    unlink: (name: string) => vfs.unlink(ctx, name),
    link: (from: string, to: string) => vfs.link(ctx, from, to),
    symlink: (target: string, name: string) => vfs.symlink(ctx, target, name),
    readlink: (name: string) => vfs.readlink(ctx, name),
    rename: (from: string, to: string) => vfs.rename(ctx, from, to),
    open: (name: string, flags: number, mode: number) => vfs.open(ctx, name, flags, mode).decRef(),
    append: (name: string, text: string) => {
      const file = vfs.open(ctx, name, fs.constants.O_WRONLY | fs.constants.O_APPEND);
      file.write(Buffer.from(text), null);
      file.decRef();
    },
    truncate: (name: string, length: number) => {
      // Node's truncateSync is open, ftruncate, close.
      const file = vfs.open(ctx, name, fs.constants.O_RDWR);
      file.truncate(length);
      file.decRef();
    },
    chmod: (name: string, mode: number) => vfs.chmod(ctx, name, mode),
    lchown: (name: string, uid: number, gid: number) => vfs.chown(ctx, name, uid, gid, false),
    access: (name: string, mode: number) => vfs.access(ctx, name, mode),
    stat: (name: string) => describe(name, true),
    lstat: (name: string) => describe(name, false),
    realpath: (name: string) => path.relative(base, vfs.realpath(ctx, name)),
    list: (name: string) => list(vfs, ctx, name).sort(),
    read: (name: string) => read(vfs, ctx, name),
  };
}

/** What file systems agree on: the sizes and link counts of directories they don't. */
function summary({
  mode,
  nlink,
  size,
  blocks,
  uid,
  gid,
}: Pick<Stat, "mode" | "nlink" | "size" | "blocks" | "uid" | "gid">): string {
  const type = (mode & S_IFMT).toString(8);
  const whose = `${mode.toString(8)} ${uid}:${gid}`;
  return type === "40000" ? whose : `${whose} ${nlink} ${size} ${type === "120000" ? 0 : blocks}`;
}

function outcome(operation: () => unknown): string {
  try {
    return JSON.stringify(operation() ?? "done");
  } catch (error) {
    if (error instanceof Errno) return error.code;
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return code;
  }
}

/** Users who share a directory: everyone has a group of his own, some have one together. */
const USERS = [
  { uid: 0, gid: 0, groups: [] },
  { uid: 4001, gid: 4001, groups: [4100] },
  { uid: 4002, gid: 4002, groups: [4100] },
  { uid: 4003, gid: 4003, groups: [] },
] as const;
type User = (typeof USERS)[number];

/** What `user` does on the host, whose root this process is. The real ids stay root's. */
function as<T>(user: User, operation: () => T): T {
  process.setgroups!([...user.groups]);
  process.setegid!(user.gid);
  process.seteuid!(user.uid);
  try {
    return operation();
  } finally {
    process.seteuid!(0);
    process.setegid!(0);
    process.setgroups!([]);
  }
}

/** The next operation of one of several users. */
function planOfUsers(random: (below: number) => number): [string, ...unknown[]] {
  const pick = <T>(items: readonly T[]): T => items[random(items.length)]!;
  for (;;) {
    const step = plan(random);
    // Hosts may forbid links to others' files, proc_sys_fs(5): protected_hardlinks. Times and realpath are compared above.
    if (step[0] === "link" || step[0] === "realpath") continue;
    const [name, file] = step;
    const choice = random(12);
    // World-writable with a sticky bit has rules of its own, too: protected_regular, protected_symlinks.
    const modes = [
      0o775, 0o770, 0o1775, 0o2775, 0o2755, 0o3775, 0o6775, 0o4755, 0o2644, 0o664, 0o640, 0o755, 0o070, 0o700,
    ];
    if (choice < 2) return ["chmod", file, pick(modes)];
    if (choice < 4) return ["lchown", file, pick([-1, -1, 0, 4001, 4002]), pick([-1, 4100, 4001, 4002, 0])];
    if (name === "chmod" || name === "mkdir") return [name, file, pick(modes)];
    return step;
  }
}

/** The next operation: its name and arguments. */
function plan(random: (below: number) => number): [string, ...unknown[]] {
  const pick = <T>(items: readonly T[]): T => items[random(items.length)]!;
  const name = (): string => pick(["a", "b", "c", "d", "e"]);
  const component = (): string => (random(8) === 0 ? pick([".", "..", "", "a", "b"]) : name());
  const somePath = (): string => {
    const parts = Array.from({ length: 1 + random(3) }, component);
    // Never an absolute path, nor an empty one.
    if (parts[0] === "") parts[0] = ".";
    return parts.join("/") + (random(10) === 0 ? "/" : "");
  };
  const from = somePath();
  const to = somePath();
  const mode = pick([0o777, 0o755, 0o644, 0o600, 0o700, 0o1777, 0o400, 0o111, 0]);
  const { O_CREAT, O_EXCL, O_TRUNC, O_DIRECTORY, O_NOFOLLOW, O_APPEND, O_RDONLY, O_WRONLY, O_RDWR } = fs.constants;
  const optional = [O_CREAT, O_CREAT, O_CREAT, O_EXCL, O_TRUNC, O_DIRECTORY, O_NOFOLLOW, O_APPEND];
  let flags = pick([O_RDONLY, O_WRONLY, O_RDWR]) | pick(optional) | pick(optional);
  // Undefined by open(2), and older kernels do it differently.
  if (flags & O_CREAT) flags &= ~O_DIRECTORY;
  else flags &= ~O_EXCL;
  const length = pick([0, 1, 4096, 5000]);
  const access = random(8);
  const operations: [string, ...unknown[]][] = [
    ["mkdir", from, mode],
    ["mkdir", from, 0o755],
    ["rmdir", from],
    ["unlink", from],
    ["link", from, to],
    ["symlink", to, from],
    ["readlink", from],
    ["rename", from, to],
    ["rename", from, to],
    ["open", from, flags, mode],
    ["open", from, flags | O_CREAT, 0o644],
    ["append", from, "some text"],
    ["truncate", from, length],
    ["chmod", from, mode],
    ["access", from, access],
    ["stat", from],
    ["lstat", from],
    // Without root's rights, the C library's textual treatment of ".." shows.
    [process.getuid?.() === 0 ? "realpath" : "stat", from],
    ["list", from],
    ["read", from],
  ];
  return pick(operations);
}

/** The whole tree as text, for a comparison at the end. */
function tree(side: Side, directory = "."): string[] {
  const listed = outcome(() => side.list!(directory));
  if (!listed.startsWith("[")) return [`${directory} ${listed}`];
  const names: string[] = JSON.parse(listed);
  return names.flatMap((name) => {
    const child = `${directory}/${name}`;
    const line = `${child} ${outcome(() => side.lstat!(child))} ${outcome(() => side.readlink!(child))}`;
    return line.includes(' "4') ? [line, ...tree(side, child)] : [line];
  });
}

const isRoot = process.platform === "linux" && process.getuid!() === 0;

test("random operations of several users have the same results as on the host's Linux", { skip: !isRoot }, () => {
  const top = fs.mkdtempSync(path.join(fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "vfs-"));
  const start = process.cwd();
  const umask = process.umask(0o002);
  fs.chmodSync(top, 0o755);
  try {
    for (let round = 0; round < USER_ROUNDS; round++)
      compareUsers(path.join(top, `r${round}`, "x/".repeat(DEPTH)), round);
  } finally {
    process.chdir(start);
    process.umask(umask);
    removeTree(top);
  }
});

function compareUsers(base: string, seed: number): void {
  fs.mkdirSync(base, { recursive: true, mode: 0o755 });
  process.chdir(base);
  const { vfs, root } = createVfs();
  let directory = "";
  for (const part of base.split("/").filter((part) => part !== "")) {
    directory += `/${part}`;
    vfs.mkdir(root, directory, 0o755);
  }
  const cwd = vfs.resolve(root, directory);
  fs.chownSync(base, 4001, 4100);
  fs.chmodSync(base, 0o2775);
  vfs.chown(root, directory, 4001, 4100);
  vfs.chmod(root, directory, 0o2775);
  const host = hostSide(base);
  const sides = USERS.map(({ uid, gid, groups }) => {
    const creds = { uid: 0, gid: 0, suid: 0, sgid: 0, euid: uid, egid: gid, groups };
    return ownSide(vfs, { creds, root: vfs.root, cwd, umask: 0o002, guard: null }, base);
  });
  const random = createRandom(seed + 77);
  for (let step = 0; step < STEPS; step++) {
    const who = random(10) === 0 ? 0 : 1 + random(3);
    const [name, ...args] = planOfUsers(random);
    const expected = as(USERS[who]!, () => outcome(() => host[name]!(...args)));
    const actual = outcome(() => sides[who]![name]!(...args));
    assert.equal(
      actual,
      expected,
      `round ${seed}, step ${step}: ${USERS[who]!.uid} ${name} ${JSON.stringify(args)}: ${actual} is not ${expected}`,
    );
  }
  assert.deepEqual(tree(sides[0]!), tree(host));
}

test("random operations have the same results as on the host's Linux", { skip: process.platform !== "linux" }, () => {
  const top = fs.mkdtempSync(path.join(fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "vfs-"));
  const start = process.cwd();
  const umask = process.umask(0o022);
  try {
    for (let round = 0; round < ROUNDS; round++) compare(path.join(top, `r${round}`, "x/".repeat(DEPTH)), round);
  } finally {
    process.chdir(start);
    process.umask(umask);
    removeTree(top);
  }
});

/** rm -r that also gets into directories without permissions. */
function removeTree(directory: string): void {
  fs.chmodSync(directory, 0o700);
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const child = path.join(directory, entry.name);
    if (entry.isDirectory()) removeTree(child);
    else fs.unlinkSync(child);
  }
  fs.rmdirSync(directory);
}

function compare(base: string, seed: number): void {
  fs.mkdirSync(base, { recursive: true });
  process.chdir(base);
  const { vfs, root } = createVfs();
  const uid = process.getuid!();
  const gid = process.getgid!();
  let directory = "";
  for (const part of base.split("/").filter((part) => part !== "")) {
    directory += `/${part}`;
    vfs.mkdir(root, directory, 0o755);
    vfs.chown(root, directory, uid, gid);
  }
  const ctx = { ...(uid === 0 ? root : user(vfs, uid, gid)), cwd: vfs.resolve(root, directory) };
  const host = hostSide(base);
  const own = ownSide(vfs, ctx, base);
  const random = createRandom(seed + 1);
  for (let step = 0; step < STEPS; step++) {
    const [name, ...args] = plan(random);
    const expected = outcome(() => host[name]!(...args));
    const actual = outcome(() => own[name]!(...args));
    assert.equal(
      actual,
      expected,
      `round ${seed}, step ${step}: ${name} ${JSON.stringify(args)}: ${actual} is not ${expected}`,
    );
  }
  assert.deepEqual(tree(own), tree(host));
}
