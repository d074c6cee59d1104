import assert from "node:assert/strict";
import { test } from "node:test";
import { O_CREAT, O_DIRECTORY, O_EXCL, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } from "../../../src/abi/fcntl.ts";
import { EACCES, EEXIST, ENOENT, Errno } from "../../../src/kernel/errno.ts";
import type { FsContext } from "../../../src/kernel/vfs/context.ts";
import { dentryPath } from "../../../src/kernel/vfs/dentry.ts";
import type { FsGuard, FsOperation } from "../../../src/kernel/vfs/guard.ts";
import { createVfs, exists, fails, write } from "./support.ts";

/** Writes down what it is asked, and refuses what it is told to. */
class Recorder implements FsGuard {
  readonly asked: string[] = [];
  refuse: FsOperation | null = null;

  #ask(operation: FsOperation, what: string): void {
    this.asked.push(`${operation} ${what}`);
    if (operation === this.refuse) throw EACCES;
  }
  authorize(operation: FsOperation, file: Parameters<FsGuard["authorize"]>[1]): void {
    this.#ask(operation, dentryPath(file));
  }
  authorizeEntry(operation: FsOperation, { dir, name }: Parameters<FsGuard["authorizeEntry"]>[1]): void {
    this.#ask(operation, `${dentryPath(dir)}:${name}`);
  }
  authorizeMove(moved: Parameters<FsGuard["authorizeMove"]>[0]): void {
    this.asked.push(`move ${dentryPath(moved)}`);
  }
}

function guarded() {
  const { vfs, root } = createVfs();
  vfs.mkdir(root, "/d", 0o755);
  vfs.mkdir(root, "/e", 0o755);
  write(vfs, root, "/d/f", "text");
  vfs.symlink(root, "d", "/to-d");
  vfs.symlink(root, "/d/f", "/to-f");
  vfs.symlink(root, "d/none", "/to-none");
  const guard = new Recorder();
  const ctx: FsContext = { ...root, guard };
  /** What the guard is asked in the course of an operation, which may fail. */
  const asked = (operation: () => unknown): string[] => {
    guard.asked.length = 0;
    try {
      operation();
    } catch (error) {
      assert.ok(error instanceof Errno);
    }
    return [...guard.asked];
  };
  return { vfs, root, ctx, guard, asked };
}

test("the guard is asked about what the walk found, links resolved", () => {
  const { vfs, ctx, asked } = guarded();
  assert.deepEqual(
    asked(() => vfs.stat(ctx, "/to-f")),
    ["stat /d/f"],
  );
  assert.deepEqual(
    asked(() => vfs.stat(ctx, "/to-f", false)),
    ["stat /to-f"],
  );
  assert.deepEqual(
    asked(() => vfs.chmod(ctx, "/to-d/../to-d/f", 0o600)),
    ["chmod /d/f"],
  );
  assert.deepEqual(
    asked(() => vfs.readlink(ctx, "/to-f")),
    ["readlink /to-f"],
  );
  assert.deepEqual(
    asked(() => vfs.link(ctx, "/to-d/f", "/e/g")),
    ["link /d/f", "read /d/f", "write /d/f", "link /e:g"],
  );
});

test("where nothing is, it is asked about the place, also the one that a link leads to", () => {
  const { vfs, ctx, asked } = guarded();
  assert.deepEqual(
    asked(() => vfs.stat(ctx, "/to-d/none/")),
    ["stat /d:none"],
  );
  assert.deepEqual(
    asked(() => vfs.stat(ctx, "/to-none")),
    ["stat /d:none"],
  );
  assert.deepEqual(
    asked(() => vfs.stat(ctx, "/none/none")),
    [],
    "the walk did not get there",
  );
  assert.deepEqual(
    asked(() => vfs.mkdir(ctx, "/to-d/sub", 0o755)),
    ["mkdir /d:sub"],
  );
  assert.deepEqual(
    asked(() => vfs.rmdir(ctx, "/to-d/sub/.")),
    ["rm /d/sub"],
  );
  assert.deepEqual(
    asked(() => vfs.rename(ctx, "/to-d/sub", "/e/sub")),
    ["rename /d:sub", "rename /e:sub", "move /d/sub"],
  );
});

test("open asks for each use that its flags make, in one walk", () => {
  const { vfs, root, ctx, asked } = guarded();
  const open = (path: string, flags: number) => asked(() => vfs.open(ctx, path, flags, 0o644).decRef());
  assert.deepEqual(open("/to-f", O_RDONLY), ["read /d/f"]);
  assert.deepEqual(open("/to-f", O_RDONLY | O_TRUNC), ["read /d/f", "write /d/f"]);
  assert.deepEqual(open("/to-f", O_WRONLY | O_CREAT), ["write /d/f", "create /d/f"]);
  assert.deepEqual(open("/to-f", O_WRONLY | O_CREAT | O_EXCL), ["write /to-f", "create /to-f"]);
  assert.deepEqual(open("/to-d", O_RDONLY | O_DIRECTORY), ["read /d", "readdir /d"]);
  assert.deepEqual(
    asked(() => vfs.openDirectory(ctx, "/to-d").decRef()),
    ["readdir /d"],
  );
  assert.deepEqual(open("/to-none", O_RDWR | O_CREAT), ["read /d:none", "write /d:none", "create /d:none"]);
  assert.ok(exists(vfs, root, "/d/none"));
});

test("what is refused does not happen, and hides what is there", () => {
  const { vfs, root, ctx, guard } = guarded();
  guard.refuse = "create";
  fails(EACCES, () => vfs.open(ctx, "/d/new", O_WRONLY | O_CREAT, 0o644));
  fails(EACCES, () => vfs.open(ctx, "/to-f", O_WRONLY | O_CREAT | O_TRUNC, 0o644));
  assert.equal(vfs.stat(root, "/d/f").size, 4);
  guard.refuse = "mkdir";
  fails(EACCES, () => vfs.mkdir(ctx, "/d/f", 0o755));
  fails(EACCES, () => vfs.mkdtemp(ctx, "/d/t-"));
  guard.refuse = "rename";
  fails(EACCES, () => vfs.rename(ctx, "/d/f", "/e/f"));
  guard.refuse = "stat";
  fails(EACCES, () => vfs.stat(ctx, "/d/none"));
  guard.refuse = null;
  fails(ENOENT, () => vfs.stat(ctx, "/d/none"));
  fails(EEXIST, () => vfs.mkdir(ctx, "/d/f", 0o755));
  assert.deepEqual(vfs.openDirectory(root, "/d").readdir(9).length, 1);
});
