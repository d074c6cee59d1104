import assert from "node:assert/strict";
import { O_CREAT, O_DIRECTORY, O_RDONLY, O_TRUNC, O_WRONLY } from "../../../src/abi/fcntl.ts";
import type { Errno } from "../../../src/kernel/errno.ts";
import { PipeFilesystem } from "../../../src/kernel/fs/pipefs/pipefs.ts";
import type { ProcessInfo, ProcessInspector } from "../../../src/kernel/fs/procfs/process_inspector.ts";
import { createRootFilesystem } from "../../../src/kernel/fs/rootfs.ts";
import { Tmpfs } from "../../../src/kernel/fs/tmpfs/tmpfs.ts";
import { createStorage, type StorageBudgets } from "../../../src/kernel/limits/storage.ts";
import type { Clock } from "../../../src/kernel/vfs/clock.ts";
import type { FsContext } from "../../../src/kernel/vfs/context.ts";
import type { Dentry } from "../../../src/kernel/vfs/dentry.ts";
import { type FileDescription, WouldBlock } from "../../../src/kernel/vfs/file_description.ts";
import { VirtualFilesystem } from "../../../src/kernel/vfs/virtual_filesystem.ts";

/** A clock that only moves when told. */
export class ManualClock implements Clock {
  sec = 1_000_000;
  nsec = 0;
  tick(): void {}
  advance(sec: number, nsec = 0): void {
    this.sec += sec;
    this.nsec = nsec;
  }
}

export interface Fixture {
  vfs: VirtualFilesystem;
  pipes: PipeFilesystem;
  clock: ManualClock;
  storage: StorageBudgets;
  /** Uid 0. */
  root: FsContext;
}

/** An empty tmpfs at "/". */
export function createVfs(maxBytes = 1 << 28, maxInodes = 65_536): Fixture {
  const clock = new ManualClock();
  const storage = createStorage(maxBytes, maxInodes);
  const vfs = new VirtualFilesystem(new Tmpfs({ storage, clock }));
  return { vfs, pipes: new PipeFilesystem(vfs), clock, storage, root: vfs.rootContext() };
}

/** A context of an ordinary user, in "/". */
export function user(vfs: VirtualFilesystem, uid: number, gid = uid, groups: number[] = []): FsContext {
  return {
    creds: { uid, gid, euid: uid, egid: gid, suid: uid, sgid: gid, groups },
    root: vfs.root,
    cwd: vfs.root,
    umask: 0o022,
    guard: null,
  };
}

export function fails(errno: Errno, operation: () => unknown): void {
  let result: unknown;
  try {
    result = operation();
  } catch (error) {
    assert.equal(error, errno, `expected ${errno}, got ${error}`);
    return;
  }
  assert.fail(`expected ${errno}, got a result: ${String(result)}`);
}

export function write(vfs: VirtualFilesystem, ctx: FsContext, path: string, text: string, mode = 0o644): void {
  const file = vfs.open(ctx, path, O_WRONLY | O_CREAT | O_TRUNC, mode);
  if (text !== "") assert.equal(file.write(Buffer.from(text), null), Buffer.byteLength(text));
  file.decRef();
}

export function read(vfs: VirtualFilesystem, ctx: FsContext, path: string): string {
  const file = vfs.open(ctx, path, O_RDONLY);
  try {
    return readAll(file);
  } finally {
    file.decRef();
  }
}

/** Everything from the file's offset to its end. */
export function readAll(file: FileDescription): string {
  const pieces: Buffer[] = [];
  const buffer = Buffer.alloc(1000);
  for (;;) {
    const count = file.read(buffer, null);
    assert.ok(typeof count === "number", "the read would block");
    if (count === 0) return Buffer.concat(pieces).toString();
    pieces.push(Buffer.from(buffer.subarray(0, count)));
  }
}

/** The names in a directory, as readdir gives them. */
export function list(vfs: VirtualFilesystem, ctx: FsContext, path: string): string[] {
  const directory = vfs.open(ctx, path, O_RDONLY | O_DIRECTORY);
  const names: string[] = [];
  for (;;) {
    const entries = directory.readdir(3);
    if (entries.length === 0) break;
    names.push(...entries.map(({ name }) => name));
  }
  directory.decRef();
  return names;
}

export function blocks(result: unknown): void {
  assert.ok(result instanceof WouldBlock, `expected WouldBlock, got ${String(result)}`);
}

export function exists(vfs: VirtualFilesystem, ctx: FsContext, path: string): boolean {
  try {
    vfs.stat(ctx, path, false);
    return true;
  } catch {
    return false;
  }
}

/** A process table with what a test puts into it. */
export class FakeInspector implements ProcessInspector {
  current = 0;
  readonly processes = new Map<number, ProcessInfo>();
  readonly files = new Map<number, FileDescription>();
  directory: Dentry | undefined;

  add(pid: number, info: Partial<ProcessInfo> = {}): void {
    this.processes.set(pid, { ...DEFAULT_PROCESS, pid, ...info });
  }

  pids(): number[] {
    return [...this.processes.keys()];
  }
  owner(pid: number): ProcessInfo | undefined {
    return this.processes.get(pid);
  }
  process(pid: number): ProcessInfo | undefined {
    return this.processes.get(pid);
  }
  cwd(): Dentry | undefined {
    return this.directory;
  }
  root(): Dentry | undefined {
    return this.directory;
  }
  fds(): number[] {
    return [...this.files.keys()].sort((a, b) => a - b);
  }
  fd(_pid: number, fd: number): FileDescription | undefined {
    return this.files.get(fd);
  }
  currentPid(): number {
    return this.current;
  }
  memory(): { total: number; free: number } {
    return { total: 1 << 30, free: 1 << 29 };
  }
  cpus(): number {
    return 2;
  }
  uptime(): number {
    return 12.345;
  }
  bootTimeSec(): number {
    return 1_000_000;
  }
  hostname(): string {
    return "test-host";
  }
  maxPid(): number {
    return 4_194_304;
  }
}

const DEFAULT_PROCESS: ProcessInfo = {
  pid: 1,
  ppid: 0,
  pgid: 1,
  sid: 1,
  uid: 1000,
  gid: 1000,
  euid: 1000,
  egid: 1000,
  groups: [1000],
  umask: 0o022,
  state: "R",
  argv: ["node", "app.js"],
  environ: ["A=1", "B=2"],
  comm: "node",
  exe: "/usr/local/bin/node",
  threads: 1,
  userTicks: 3,
  systemTicks: 4,
  startTicks: 5,
  virtualBytes: 8 << 20,
  residentBytes: 4 << 20,
  limits: [{ name: "Max open files", soft: 1024, hard: Number.POSITIVE_INFINITY, unit: "files" }],
};

/** The whole tree of a VM at boot. */
export function createBootTree(): Fixture & { inspector: FakeInspector } {
  const clock = new ManualClock();
  const storage = createStorage(1 << 26, 10_000);
  const inspector = new FakeInspector();
  const { vfs, pipes } = createRootFilesystem({ storage, inspector, clock });
  return { vfs, pipes, clock, storage, inspector, root: vfs.rootContext() };
}
