import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { Errno } from "../../../src/kernel/errno.ts";
import type { FsContext } from "../../../src/kernel/vfs/context.ts";
import { S_IFMT } from "../../../src/kernel/vfs/mode.ts";
import type { VirtualFilesystem } from "../../../src/kernel/vfs/virtual_filesystem.ts";
import { createVfs, list, read, user } from "./support.ts";

/** How deep the directory lies in which both sides work, so that no ".." of a test leads out of it. */
const DEPTH = 40;
const ROUNDS = 12;
const STEPS = 1500;

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
  const describe = (stat: fs.Stats): unknown => summary(stat.mode, stat.nlink, stat.size, stat.blocks);
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
    const { mode, nlink, size, blocks } = vfs.stat(ctx, name, follow);
    return summary(mode, nlink, size, blocks);
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
    access: (name: string, mode: number) => vfs.access(ctx, name, mode),
    stat: (name: string) => describe(name, true),
    lstat: (name: string) => describe(name, false),
    realpath: (name: string) => path.relative(base, vfs.realpath(ctx, name)),
    list: (name: string) => list(vfs, ctx, name).sort(),
    read: (name: string) => read(vfs, ctx, name),
  };
}

/** What file systems agree on: the sizes and link counts of directories they don't. */
function summary(mode: number, nlink: number, size: number, blocks: number): string {
  const type = (mode & S_IFMT).toString(8);
  return type === "40000" ? mode.toString(8) : `${mode.toString(8)} ${nlink} ${size} ${type === "120000" ? 0 : blocks}`;
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
