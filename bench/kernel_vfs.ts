/**
 * What the kernel's file system costs by itself, without a guest or a syscall, beside node:fs on the host:
 * `node bench/kernel_vfs.ts`.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from "../src/abi/fcntl.ts";
import { STAT_FIELDS } from "../src/abi/stat.ts";
import { PipeFilesystem } from "../src/kernel/fs/pipefs/pipefs.ts";
import { Tmpfs } from "../src/kernel/fs/tmpfs/tmpfs.ts";
import { createStorage } from "../src/kernel/limits/storage.ts";
import { RealtimeClock } from "../src/kernel/vfs/clock.ts";
import { VirtualFilesystem } from "../src/kernel/vfs/virtual_filesystem.ts";

const BATCH_MS = 100;
const BATCHES = 5;

/** Microseconds a call: the best of some batches, after a warm-up. */
function measure(operation: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let batch = 0; batch <= BATCHES; batch++) {
    const start = performance.now();
    let calls = 0;
    let elapsed = 0;
    while (elapsed < BATCH_MS) {
      for (let i = 0; i < 20; i++) operation();
      calls += 20;
      elapsed = performance.now() - start;
    }
    if (batch > 0) best = Math.min(best, (elapsed / calls) * 1000);
  }
  return best;
}

const storage = createStorage(1 << 28, 65_536);
const vfs = new VirtualFilesystem(new Tmpfs({ storage, clock: new RealtimeClock() }));
const ctx = vfs.rootContext();
const host = fs.mkdtempSync(path.join(fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "bench-"));
const data = Buffer.alloc(1024, 1);
const large = Buffer.alloc(1 << 20, 1);
const buffer = Buffer.alloc(1 << 20);
const stat = new Float64Array(STAT_FIELDS);
const deep = "/home/user/a/b.txt";

function writeFile(name: string, content: Uint8Array): void {
  const file = vfs.open(ctx, name, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
  file.write(content, null);
  file.decRef();
}

for (const name of ["/home", "/home/user", "/home/user/a", "/many"]) {
  vfs.mkdir(ctx, name, 0o755);
  fs.mkdirSync(host + name);
}
for (const name of [deep, "/large", ...Array.from({ length: 1000 }, (_, i) => `/many/file-${i}.txt`)]) {
  const content = name === "/large" ? large : data;
  writeFile(name, content);
  fs.writeFileSync(host + name, content);
}

const rows: [string, () => void, () => void][] = [
  [`stat ${deep}`, () => vfs.statInto(stat, ctx, deep), () => fs.statSync(host + deep)],
  [
    "stat of what isn't there",
    () => {
      try {
        vfs.statInto(stat, ctx, "/home/user/none");
      } catch {}
    },
    () => fs.statSync(`${host}/home/user/none`, { throwIfNoEntry: false }),
  ],
  [
    "open, read 1 KB, close",
    () => {
      const file = vfs.open(ctx, deep, O_RDONLY);
      file.read(buffer, null);
      file.decRef();
    },
    () => {
      const fd = fs.openSync(host + deep, "r");
      fs.readSync(fd, buffer);
      fs.closeSync(fd);
    },
  ],
  ["open, write 1 KB, close", () => writeFile(deep, data), () => fs.writeFileSync(host + deep, data)],
  [
    "create and unlink",
    () => {
      writeFile("/home/user/new", data);
      vfs.unlink(ctx, "/home/user/new");
    },
    () => {
      fs.writeFileSync(`${host}/home/user/new`, data);
      fs.unlinkSync(`${host}/home/user/new`);
    },
  ],
  ["write 1 MB anew", () => writeFile("/large", large), () => fs.writeFileSync(`${host}/large`, large)],
  [
    "read 1 MB",
    () => {
      const file = vfs.open(ctx, "/large", O_RDONLY);
      file.read(buffer, null);
      file.decRef();
    },
    () => {
      const fd = fs.openSync(`${host}/large`, "r");
      fs.readSync(fd, buffer);
      fs.closeSync(fd);
    },
  ],
  [
    "readdir of 1,000",
    () => {
      const directory = vfs.open(ctx, "/many", O_RDONLY);
      directory.readdir(10_000);
      directory.decRef();
    },
    () => fs.readdirSync(`${host}/many`, { withFileTypes: true }),
  ],
  [
    "pipe: 1 KB through",
    (() => {
      const { reader, writer } = new PipeFilesystem(vfs).create(ctx.creds, 0);
      return () => {
        writer.write(data, null);
        reader.read(buffer, null);
      };
    })(),
    () => {},
  ],
];

console.log(`${"µs a call".padEnd(32)}${"kernel".padStart(10)}${"node:fs".padStart(10)}`);
for (const [name, own, plain] of rows) {
  const hostTime = name.startsWith("pipe") ? "" : measure(plain).toFixed(2);
  console.log(`${name.padEnd(32)}${measure(own).toFixed(2).padStart(10)}${hostTime.padStart(10)}`);
}
fs.rmSync(host, { recursive: true });
