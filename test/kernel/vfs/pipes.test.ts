import assert from "node:assert/strict";
import { test } from "node:test";
import { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } from "../../../src/abi/fcntl.ts";
import { S_IFIFO } from "../../../src/abi/mode.ts";
import { POLLERR, POLLHUP, POLLIN, POLLOUT } from "../../../src/abi/poll.ts";
import { EBADF, EINVAL, ENXIO, EPIPE, ESPIPE } from "../../../src/kernel/errno.ts";
import { createPipeMemory, PIPE_BUF, Pipe } from "../../../src/kernel/fs/pipefs/pipe.ts";
import type { PipeDescription } from "../../../src/kernel/fs/pipefs/pipe_description.ts";
import { PIPE_CAPACITY } from "../../../src/kernel/limits/fixed.ts";
import { blocks, createVfs, fails, user } from "./support.ts";

const bytes = (text: string): Buffer => Buffer.from(text);

test("a pipe carries bytes in order", () => {
  const { pipes, root } = createVfs();
  const { reader, writer } = pipes.create(root.creds, 0);
  const buffer = Buffer.alloc(10);
  blocks(reader.read(buffer, null));
  assert.equal(writer.write(bytes("hello "), null), 6);
  assert.equal(writer.write(bytes("world"), null), 5);
  assert.equal(reader.read(buffer.subarray(0, 3), null), 3);
  assert.equal(reader.read(buffer.subarray(3), null), 7);
  assert.equal(buffer.toString(), "hello worl");
  assert.equal(reader.ioctl(0x541b, null), 1);
  assert.equal(reader.read(new Uint8Array(0), null), 0);
});

test("a random stream comes out as it went in", () => {
  const pipe = new Pipe(createPipeMemory());
  pipe.addReader();
  pipe.addWriter();
  let seed = 7;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  let sent = 0;
  let received = 0;
  for (let i = 0; i < 3000; i++) {
    const out = Uint8Array.from({ length: 1 + random(random(10) === 0 ? 70_000 : 3000) }, (_, j) => (sent + j) % 251);
    const written = pipe.write(out);
    if (typeof written === "number") sent += written;
    const into = new Uint8Array(random(random(10) === 0 ? 70_000 : 4000));
    const got = pipe.read(into);
    if (typeof got !== "number") continue;
    for (let j = 0; j < got; j++) assert.equal(into[j], (received + j) % 251);
    received += got;
    assert.equal(pipe.length, sent - received);
  }
  assert.ok(received > 1_000_000);
});

test("capacity is 64 KiB; short writes are all or nothing, long ones take what fits", () => {
  const { pipes, root } = createVfs();
  const { reader, writer } = pipes.create(root.creds, 0);
  assert.equal(writer.write(new Uint8Array(100_000), null), PIPE_CAPACITY);
  blocks(writer.write(new Uint8Array(1), null));
  reader.read(new Uint8Array(100), null);
  blocks(writer.write(new Uint8Array(101), null));
  assert.equal(writer.readiness(), 0);
  assert.equal(writer.write(new Uint8Array(60), null), 60);
  assert.equal(writer.write(new Uint8Array(PIPE_BUF + 1), null), 40);
  reader.read(new Uint8Array(PIPE_BUF), null);
  assert.equal(writer.readiness(), POLLOUT);
});

test("end of file when the last writer is gone, EPIPE when the last reader is", () => {
  const { pipes, root } = createVfs();
  const first = pipes.create(root.creds, 0);
  first.writer.incRef();
  first.writer.write(bytes("x"), null);
  first.writer.decRef();
  assert.equal(first.reader.readiness(), POLLIN);
  first.writer.decRef();
  assert.equal(first.reader.readiness(), POLLIN | POLLHUP);
  assert.equal(first.reader.read(new Uint8Array(9), null), 1);
  assert.equal(first.reader.readiness(), POLLHUP);
  assert.equal(first.reader.read(new Uint8Array(9), null), 0);
  const second = pipes.create(root.creds, 0);
  second.reader.decRef();
  assert.equal(second.writer.readiness(), POLLOUT | POLLERR);
  fails(EPIPE, () => second.writer.write(bytes("x"), null));
});

test("waiters hear of data, of room and of the end", () => {
  const { pipes, root } = createVfs();
  const { reader, writer } = pipes.create(root.creds, 0);
  const heard: string[] = [];
  reader.queue.register({ mask: POLLIN, callback: (events) => heard.push(`in ${events}`) });
  writer.queue.register({ mask: POLLOUT, callback: (events) => heard.push(`out ${events}`) });
  writer.write(new Uint8Array(PIPE_CAPACITY), null);
  assert.deepEqual(heard.splice(0), [`in ${POLLIN}`]);
  reader.read(new Uint8Array(100), null);
  assert.deepEqual(heard.splice(0), []);
  reader.read(new Uint8Array(PIPE_BUF), null);
  assert.deepEqual(heard.splice(0), [`out ${POLLOUT}`]);
  writer.decRef();
  assert.ok(heard.splice(0).includes(`in ${POLLHUP | POLLIN}`));
});

test("pipes have no offsets, and ends only go one way", () => {
  const { pipes, root } = createVfs();
  const { reader, writer } = pipes.create(root.creds, O_NONBLOCK);
  fails(ESPIPE, () => reader.read(new Uint8Array(1), 0));
  fails(ESPIPE, () => writer.write(new Uint8Array(1), 0));
  fails(ESPIPE, () => reader.seek(0, 0));
  fails(EBADF, () => reader.write(new Uint8Array(1), null));
  fails(EBADF, () => writer.read(new Uint8Array(1), null));
  fails(EINVAL, () => writer.truncate());
  assert.equal(reader.statusFlags, O_RDONLY | O_NONBLOCK);
  assert.equal(writer.statusFlags, O_WRONLY | O_NONBLOCK);
});

test("a pipe's stat and name", () => {
  const { vfs, pipes } = createVfs();
  const { reader, writer } = pipes.create(user(vfs, 1000).creds, 0);
  const stat = reader.stat();
  assert.equal(stat.mode, S_IFIFO | 0o600);
  assert.equal(stat.uid, 1000);
  assert.equal(stat.ino, writer.stat().ino);
  assert.equal(reader.describe(), `pipe:[${stat.ino}]`);
});

test("fifo: opening waits for the other end", () => {
  const { vfs, root } = createVfs();
  vfs.mknod(root, "/fifo", S_IFIFO | 0o666, 0);
  const reader = vfs.open(root, "/fifo", O_RDONLY);
  const wait = reader.opening();
  assert.ok(wait !== null);
  let woken = 0;
  wait.queue.register({ mask: wait.events, callback: () => woken++ });
  const writer = vfs.open(root, "/fifo", O_WRONLY);
  assert.equal(woken, 1);
  assert.equal(writer.opening(), null);
  assert.equal(reader.opening(), null);
  writer.write(bytes("through"), null);
  const buffer = Buffer.alloc(7);
  assert.equal(reader.read(buffer, null), 7);
  assert.equal(buffer.toString(), "through");
  writer.decRef();
  assert.equal(reader.read(buffer, null), 0);
  reader.decRef();
});

test("fifo: a peer that came and went was there", () => {
  const { vfs, root } = createVfs();
  vfs.mknod(root, "/fifo", S_IFIFO | 0o666, 0);
  const writer = vfs.open(root, "/fifo", O_WRONLY);
  assert.ok(writer.opening() !== null);
  vfs.open(root, "/fifo", O_RDONLY).decRef();
  assert.equal(writer.opening(), null);
  fails(EPIPE, () => writer.write(bytes("x"), null));
});

test("fifo: O_NONBLOCK and O_RDWR don't wait", () => {
  const { vfs, root } = createVfs();
  vfs.mknod(root, "/fifo", S_IFIFO | 0o666, 0);
  fails(ENXIO, () => vfs.open(root, "/fifo", O_WRONLY | O_NONBLOCK));
  const reader = vfs.open(root, "/fifo", O_RDONLY | O_NONBLOCK);
  assert.equal(reader.opening(), null);
  // No writer came yet: neither data nor hang-up.
  assert.equal(reader.readiness(), 0);
  const writer = vfs.open(root, "/fifo", O_WRONLY | O_NONBLOCK);
  writer.decRef();
  assert.equal(reader.readiness(), POLLHUP);
  const both = vfs.open(root, "/fifo", O_RDWR);
  assert.equal(both.opening(), null);
  assert.equal(both.readiness(), POLLOUT);
  both.write(bytes("x"), null);
  assert.equal(both.readiness(), POLLIN | POLLOUT);
});

test("fifo: what was not read is gone with the last end", () => {
  const { vfs, root } = createVfs();
  vfs.mknod(root, "/fifo", S_IFIFO | 0o666, 0);
  const first = vfs.open(root, "/fifo", O_RDWR);
  first.write(bytes("lost"), null);
  first.decRef();
  const second = vfs.open(root, "/fifo", O_RDWR);
  blocks(second.read(new Uint8Array(9), null));
});

test("an anonymous pipe that is opened anew waits for nobody", () => {
  const { pipes, root } = createVfs();
  const { reader, writer } = pipes.create(root.creds, 0);
  writer.write(bytes("left"), null);
  writer.decRef();
  const openAnew = ({ dentry }: PipeDescription, how: number) => dentry.inode.endpoint!.open(dentry, how);
  const again = openAnew(reader, O_RDONLY);
  assert.equal(again.opening(), null);
  const buffer = Buffer.alloc(9);
  assert.equal(again.read(buffer, null), 4);
  assert.equal(buffer.toString("utf8", 0, 4), "left");
  assert.equal(again.readiness(), POLLHUP);
  assert.equal(again.read(buffer, null), 0);
  reader.decRef();
  again.decRef();
  const other = pipes.create(root.creds, 0);
  other.reader.decRef();
  for (const flags of [O_WRONLY, O_WRONLY | O_NONBLOCK]) {
    const end = openAnew(other.writer, flags);
    assert.equal(end.opening(), null);
    fails(EPIPE, () => end.write(bytes("x"), null));
  }
});

test("pipes of a VM share a memory limit, beyond which they hold one PIPE_BUF", () => {
  const memory = createPipeMemory(3 * PIPE_CAPACITY);
  const pipes = Array.from({ length: 5 }, () => {
    const pipe = new Pipe(memory);
    pipe.addReader();
    pipe.addWriter();
    return pipe;
  });
  const sizes = pipes.map((pipe) => pipe.write(new Uint8Array(PIPE_CAPACITY)));
  assert.deepEqual(sizes, [PIPE_CAPACITY, PIPE_CAPACITY, PIPE_CAPACITY, PIPE_BUF, PIPE_BUF]);
  assert.equal(pipes[4]?.writableEvents(), 0);
  pipes[4]?.read(new Uint8Array(PIPE_BUF));
  assert.equal(pipes[4]?.writableEvents(), POLLOUT);
  for (const pipe of pipes) {
    pipe.removeReader();
    pipe.removeWriter();
  }
  assert.equal(memory.used, 0);
});

test("pipes whose memory ends in the middle take what there is, and tell of room", () => {
  const memory = createPipeMemory(6 * PIPE_BUF);
  const other = new Pipe(memory);
  other.addReader();
  assert.equal(other.write(new Uint8Array(PIPE_BUF)), PIPE_BUF);
  const pipe = new Pipe(memory);
  pipe.addReader();
  pipe.addWriter();
  let told = 0;
  pipe.queue.register({ mask: POLLOUT, callback: () => told++ });
  assert.equal(pipe.write(new Uint8Array(60_000)), 5 * PIPE_BUF);
  assert.equal(pipe.writableEvents() & POLLOUT, 0);
  blocks(pipe.write(new Uint8Array(60_000)));
  assert.equal(pipe.read(new Uint8Array(PIPE_BUF)), PIPE_BUF);
  assert.equal(told, 1);
  assert.equal(pipe.write(new Uint8Array(60_000)), PIPE_BUF);
  // There is more memory meanwhile, which nobody told this pipe's writers.
  blocks(pipe.write(new Uint8Array(60_000)));
  other.removeReader();
  assert.equal(pipe.read(new Uint8Array(1)), 1);
  assert.equal(told, 2);
  assert.equal(pipe.write(new Uint8Array(60_000)), PIPE_BUF + 1);
});

test("writing nothing to a pipe that nobody reads is no error", () => {
  const { pipes, root } = createVfs();
  const { reader, writer } = pipes.create(root.creds, 0);
  reader.decRef();
  assert.equal(writer.write(new Uint8Array(0), null), 0);
  fails(EPIPE, () => writer.write(new Uint8Array(1), null));
});
