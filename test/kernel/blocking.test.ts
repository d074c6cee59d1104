import assert from "node:assert/strict";
import { test } from "node:test";
import { O_CREAT, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } from "../../src/abi/fcntl.ts";
import { POLLHUP, POLLIN, POLLOUT } from "../../src/abi/poll.ts";
import { SIGKILL, SIGUSR1 } from "../../src/abi/signal.ts";
import { SYS } from "../../src/abi/syscalls.ts";
import { EAGAIN, EINTR, EINVAL, EPIPE } from "../../src/kernel/errno.ts";
import { type Guest, Machine } from "./machine.ts";

/** Two processes with a pipe between them. */
function piped(flags = 0) {
  const machine = new Machine();
  const { reader, writer } = machine.pipe(flags);
  const consumer = machine.guest({ files: [reader] });
  const producer = machine.guest({ files: [null, writer] });
  return { machine, consumer, producer };
}

test("a read sleeps until there are bytes", () => {
  const { machine, consumer, producer } = piped();
  const buffer = new Uint8Array(8);
  const reading = consumer.sleep("read", 0, buffer);
  assert.equal(reading.deadline, Infinity);
  machine.host.run();
  assert.equal(reading.dispatches, 1, "nothing woke it");
  assert.equal(producer.sys("write", 1, Buffer.from("hello")), 5);
  machine.host.run();
  assert.equal(reading.result, 5);
  assert.equal(Buffer.from(buffer.subarray(0, 5)).toString(), "hello");
  machine.check();
});

test("a read ends with 0 when the last writer goes, also by being killed", () => {
  const { machine, consumer, producer } = piped();
  const reading = consumer.sleep("read", 0, new Uint8Array(8));
  machine.guest().sys("kill", producer.pid, SIGKILL);
  machine.host.run();
  assert.equal(reading.result, 0);
});

test("a blocking write writes all, over many restarts", () => {
  const { machine, consumer, producer } = piped();
  const data = new Uint8Array(300_000).map((_, i) => i % 251);
  const writing = producer.sleep("write", 1, data);
  const received: number[] = [];
  const buffer = new Uint8Array(10_000);
  while (!writing.done) {
    const count = consumer.sys("read", 0, buffer) as number;
    received.push(...buffer.subarray(0, count));
    machine.host.run();
  }
  assert.equal(writing.result, data.length);
  while (received.length < data.length) {
    received.push(...buffer.subarray(0, consumer.sys("read", 0, buffer) as number));
  }
  assert.deepEqual(Uint8Array.from(received), data);
  assert.ok(writing.dispatches > 10);
});

test("an interrupted write tells how much it wrote; with nothing written, EINTR", () => {
  const { machine, producer } = piped();
  const other = machine.guest();
  producer.sys("rt_sigaction", SIGUSR1, 2, 0);
  const writing = producer.sleep("write", 1, new Uint8Array(100_000));
  other.sys("kill", producer.pid, SIGUSR1);
  machine.host.run();
  assert.equal(writing.result, 65_536);
  const stuck = producer.sleep("write", 1, new Uint8Array(10));
  other.sys("kill", producer.pid, SIGUSR1);
  machine.host.run();
  assert.equal(stuck.result, -EINTR.errno);
  machine.check();
});

test("the reader goes while a write sleeps", () => {
  const { machine, consumer, producer } = piped();
  producer.sys("rt_sigaction", 13, 1, 0);
  const writing = producer.sleep("write", 1, new Uint8Array(100_000));
  consumer.sys("close", 0);
  machine.host.run();
  assert.equal(writing.result, -EPIPE.errno);
});

test("O_NONBLOCK: EAGAIN, partial writes; F_SETFL switches it", () => {
  const { consumer, producer } = piped(O_NONBLOCK);
  assert.equal(consumer.sys("read", 0, new Uint8Array(8)), -EAGAIN.errno);
  assert.equal(producer.sys("write", 1, new Uint8Array(100_000)), 65_536);
  assert.equal(producer.sys("write", 1, new Uint8Array(1)), -EAGAIN.errno);
  assert.equal(consumer.sys("read", 0, new Uint8Array(65_536)), 65_536);
  assert.equal(consumer.sys("fcntl", 0, 4, 0), 0);
  consumer.sleep("read", 0, new Uint8Array(8));
});

test("spurious wake-ups and deadlines change nothing", () => {
  const { machine, consumer, producer } = piped();
  const reading = consumer.sleep("read", 0, new Uint8Array(8));
  for (let i = 0; i < 100; i++) reading.dispatchAgain();
  assert.ok(!reading.done);
  producer.sys("write", 1, new Uint8Array(3));
  producer.sys("write", 1, new Uint8Array(3));
  assert.equal(machine.host.wakes, 1, "one wake-up a sleep, however many events");
  machine.host.run();
  assert.equal(reading.result, 6);
});

test("many sleepers on one pipe: none is lost, each byte goes once", () => {
  const machine = new Machine();
  const { reader, writer } = machine.pipe();
  const consumers = Array.from({ length: 20 }, () => {
    reader.incRef();
    return machine.guest({ files: [reader] });
  });
  const sleepers = consumers.map((consumer) => consumer.sleep("read", 0, new Uint8Array(1)));
  for (let i = 0; i < 20; i++) {
    writer.write(new Uint8Array([i]), null);
    machine.host.run();
  }
  assert.ok(sleepers.every(({ result }) => result === 1));
  machine.check();
});

test("a task killed in its sleep leaves no trace in the queues", () => {
  const { machine, consumer } = piped();
  const file = consumer.process.fds.get(0);
  consumer.sleep("read", 0, new Uint8Array(8));
  assert.equal(file.queue.empty, false);
  machine.guest().sys("kill", consumer.pid, SIGKILL);
  assert.equal(file.queue.empty, true);
  assert.deepEqual(machine.host.terminated, [consumer.tid]);
  assert.equal(machine.kernel.dispatch(consumer.tid, SYS.read, 0, new Uint8Array(8)), -EINTR.errno);
});

test("clock_nanosleep sleeps as long as asked", () => {
  const machine = new Machine();
  const guest = machine.guest();
  const sleeper = guest.sleep("clock_nanosleep", 1, 0, 25.5);
  assert.equal(sleeper.deadline, machine.host.time + 25.5);
  machine.host.pass(25);
  assert.ok(!sleeper.done);
  machine.host.pass(1);
  assert.equal(sleeper.result, 0);
  assert.equal(guest.sys("clock_nanosleep", 1, 0, 0), 0);
  assert.equal(guest.sys("clock_nanosleep", 1, 0, -1), -EINVAL.errno);
});

test("a time-out beyond all reason is none", () => {
  const { machine, consumer } = piped();
  const epoll = consumer.sys("epoll_create1", 0) as number;
  for (const ms of [1e300, 2 ** 53, Infinity, -1]) {
    assert.equal(consumer.sleep("epoll_wait", epoll, new Uint8Array(8), ms).deadline, Infinity);
    machine.host.sleepers.clear();
  }
  assert.equal(machine.guest().sleep("clock_nanosleep", 1, 0, 1e300).deadline, Infinity);
  machine.check();
});

test("opening a fifo waits for the other end, and a kill meanwhile closes it", () => {
  const machine = new Machine();
  const vfs = machine.vm.vfs;
  vfs.mknod(vfs.rootContext(), "/tmp/fifo", 0o010666, 0);
  vfs.chmod(vfs.rootContext(), "/tmp/fifo", 0o666);
  const a = machine.guest();
  const b = machine.guest();
  const opening = a.sleep("open", "/tmp/fifo", O_RDONLY);
  assert.equal(b.sys("open", "/tmp/fifo", O_WRONLY), 3);
  machine.host.run();
  assert.equal(opening.result, 3);
  b.sys("write", 3, Buffer.from("x"));
  assert.equal(a.sys("read", 3, new Uint8Array(4)), 1);
  b.sys("close", 3);
  assert.equal(a.sys("read", 3, new Uint8Array(4)), 0);
  a.sys("close", 3);
  a.sleep("open", "/tmp/fifo", O_RDONLY);
  b.sys("kill", a.pid, SIGKILL);
  assert.equal(b.sys("open", "/tmp/fifo", O_WRONLY | O_NONBLOCK), -6, "no reader is left: ENXIO");
  machine.check();
});

test("epoll is level-triggered, with the data it was given", () => {
  const { machine, consumer, producer } = piped();
  const epoll = consumer.sys("epoll_create1", 0) as number;
  assert.equal(consumer.sys("epoll_ctl", epoll, 1, 0, POLLIN, 77), 0);
  const events = new Int32Array(16);
  const out = new Uint8Array(events.buffer);
  assert.equal(consumer.sys("epoll_wait", epoll, out, 0), 0);
  const waiting = consumer.sleep("epoll_wait", epoll, out, 1000);
  producer.sys("write", 1, new Uint8Array(10));
  machine.host.run();
  assert.equal(waiting.result, 1);
  assert.deepEqual([...events.subarray(0, 2)], [77, POLLIN]);
  assert.equal(consumer.sys("epoll_wait", epoll, out, -1), 1, "still ready");
  consumer.sys("read", 0, new Uint8Array(10));
  assert.equal(consumer.sys("epoll_wait", epoll, out, 0), 0);
  producer.sys("close", 1);
  assert.equal(consumer.sys("epoll_wait", epoll, out, -1), 1);
  assert.equal(events[1]! & POLLHUP, POLLHUP);
  machine.check();
});

test("epoll_wait times out once, over restarts", () => {
  const { machine, consumer } = piped();
  const epoll = consumer.sys("epoll_create1", 0) as number;
  const waiting = consumer.sleep("epoll_wait", epoll, new Uint8Array(8), 100);
  machine.host.pass(60);
  waiting.dispatchAgain();
  assert.equal(waiting.deadline, 1100);
  machine.host.pass(39);
  assert.ok(!waiting.done);
  machine.host.pass(1);
  assert.equal(waiting.result, 0);
});

test("epoll: edge-triggered, one-shot, modify, delete", () => {
  const { machine, consumer, producer } = piped();
  const EPOLLET = 1 << 31;
  const EPOLLONESHOT = 1 << 30;
  const epoll = consumer.sys("epoll_create1", 0) as number;
  const out = new Uint8Array(64);
  const wait = () => consumer.sys("epoll_wait", epoll, out, 0);
  const write = () => producer.sys("write", 1, new Uint8Array(1));
  consumer.sys("epoll_ctl", epoll, 1, 0, POLLIN | EPOLLET);
  write();
  assert.deepEqual([wait(), wait()], [1, 0]);
  write();
  assert.deepEqual([wait(), wait()], [1, 0]);
  assert.equal(consumer.sys("epoll_ctl", epoll, 3, 0, POLLIN | EPOLLONESHOT), 0);
  assert.deepEqual([wait(), wait()], [1, 0]);
  write();
  assert.equal(wait(), 0, "disarmed");
  consumer.sys("epoll_ctl", epoll, 3, 0, POLLIN);
  assert.deepEqual([wait(), wait()], [1, 1]);
  consumer.sys("epoll_ctl", epoll, 3, 0, 0);
  assert.equal(wait(), 0);
  assert.equal(consumer.sys("epoll_ctl", epoll, 2, 0), 0);
  assert.equal(consumer.sys("epoll_ctl", epoll, 2, 0), -2);
  assert.equal(consumer.sys("epoll_ctl", epoll, 3, 0, POLLIN), -2);
  machine.check();
});

test("epoll refuses files, itself, circles, doubles and nonsense", () => {
  const { consumer } = piped();
  const epoll = consumer.sys("epoll_create1", 0) as number;
  const inner = consumer.sys("epoll_create1", 0) as number;
  const file = consumer.sys("open", "/tmp/f", O_RDWR | O_CREAT, 0o600) as number;
  assert.equal(consumer.sys("epoll_ctl", epoll, 1, file, POLLIN), -1);
  assert.equal(consumer.sys("epoll_ctl", epoll, 1, epoll, POLLIN), -EINVAL.errno);
  assert.equal(consumer.sys("epoll_ctl", epoll, 1, inner, POLLIN), 0);
  assert.equal(consumer.sys("epoll_ctl", epoll, 1, inner, POLLIN), -17);
  assert.equal(consumer.sys("epoll_ctl", inner, 1, epoll, POLLIN), -40);
  assert.equal(consumer.sys("epoll_ctl", 0, 1, inner, POLLIN), -EINVAL.errno);
  assert.equal(consumer.sys("epoll_ctl", epoll, 9, 0, POLLIN), -EINVAL.errno);
  assert.equal(consumer.sys("epoll_ctl", epoll, 1, 99, POLLIN), -9);
  assert.equal(consumer.sys("epoll_wait", epoll, new Uint8Array(4), 0), -EINVAL.errno);
  assert.equal(consumer.sys("epoll_wait", epoll, new Uint8Array(8), Number.NaN), -EINVAL.errno);
  assert.equal(consumer.sys("epoll_wait", epoll, "x", 0), -14);
});

test("nested epoll wakes through both", () => {
  const { machine, consumer, producer } = piped();
  const outer = consumer.sys("epoll_create1", 0) as number;
  const inner = consumer.sys("epoll_create1", 0) as number;
  consumer.sys("epoll_ctl", outer, 1, inner, POLLIN);
  consumer.sys("epoll_ctl", inner, 1, 0, POLLIN);
  const waiting = consumer.sleep("epoll_wait", outer, new Uint8Array(64), -1);
  producer.sys("write", 1, new Uint8Array(1));
  machine.host.run();
  assert.equal(waiting.result, 1);
  consumer.sys("read", 0, new Uint8Array(1));
  assert.equal(consumer.sys("epoll_wait", outer, new Uint8Array(64), 0), 0);
  const again = consumer.sleep("epoll_wait", outer, new Uint8Array(64), -1);
  producer.sys("write", 1, new Uint8Array(1));
  machine.host.run();
  assert.equal(again.result, 1, "what was ready once is told anew");
});

test("a closed file leaves epoll, a duplicate keeps it there", () => {
  const { machine, consumer, producer } = piped();
  const epoll = consumer.sys("epoll_create1", 0) as number;
  consumer.sys("epoll_ctl", epoll, 1, 0, POLLIN);
  const copy = consumer.sys("dup", 0) as number;
  consumer.sys("close", 0);
  producer.sys("write", 1, new Uint8Array(1));
  assert.equal(consumer.sys("epoll_wait", epoll, new Uint8Array(8), 0), 1);
  consumer.sys("close", copy);
  assert.equal(consumer.sys("epoll_wait", epoll, new Uint8Array(8), 0), 0);
  const [reader] = consumer.sys("pipe2", 0) as number[];
  assert.equal(reader, 0);
  assert.equal(consumer.sys("epoll_ctl", epoll, 1, 0, POLLIN), 0);
  consumer.sys("close", epoll);
  assert.equal(consumer.process.fds.get(0).queue.empty, true);
  machine.check();
});

test("epoll serves more ready files than fit in turns", () => {
  const machine = new Machine();
  const guest = machine.guest();
  const epoll = guest.sys("epoll_create1", 0) as number;
  const fds = Array.from({ length: 10 }, () => guest.sys("eventfd2", 1, 0) as number);
  for (const fd of fds) guest.sys("epoll_ctl", epoll, 1, fd, POLLIN);
  const seen = new Set<number>();
  for (let i = 0; i < 4; i++) {
    const events = new Int32Array(6);
    const count = guest.sys("epoll_wait", epoll, new Uint8Array(events.buffer), 0) as number;
    for (let n = 0; n < count; n++) seen.add(events[2 * n]!);
  }
  assert.deepEqual([...seen].sort(), [...fds].sort());
});

test("eventfd counts, blocks at 0, and is a semaphore if wanted", () => {
  const machine = new Machine();
  const guest = machine.guest();
  const fd = guest.sys("eventfd2", 0, 0) as number;
  const value = (n: bigint) => new Uint8Array(BigUint64Array.of(n).buffer);
  guest.sys("write", fd, value(2n));
  guest.sys("write", fd, value(3n));
  const out = new Uint8Array(8);
  assert.equal(guest.sys("read", fd, out), 8);
  assert.equal(new DataView(out.buffer).getBigUint64(0, true), 5n);
  assert.equal(guest.sys("write", fd, value((1n << 64n) - 1n)), -EINVAL.errno);
  assert.equal(guest.sys("write", fd, new Uint8Array(7)), -EINVAL.errno);
  const semaphore = guest.sys("eventfd2", 2, 1 | O_NONBLOCK) as number;
  assert.equal(guest.sys("read", semaphore, out), 8);
  assert.equal(new DataView(out.buffer).getBigUint64(0, true), 1n);
  guest.sys("read", semaphore, out);
  assert.equal(guest.sys("read", semaphore, out), -EAGAIN.errno);
  assert.equal(guest.sys("eventfd2", 0, 1 << 20), -EINVAL.errno);
  const reading = guest.sleep("read", fd, out);
  guest.process.fds.get(fd).write(value(9n), null);
  machine.host.run();
  assert.equal(reading.result, 8);
});

test("poll looks at several files", () => {
  const { machine, consumer, producer } = piped();
  const interests = (pairs: number[]) => new Uint8Array(Int32Array.from(pairs).buffer);
  const revents = new Int32Array(3);
  const out = new Uint8Array(revents.buffer);
  assert.equal(consumer.sys("poll", interests([0, POLLIN, 99, POLLIN, -1, POLLIN]), out, -1), 1);
  assert.deepEqual([...revents], [0, 0x20, 0]);
  const waiting = consumer.sleep("poll", interests([0, POLLIN]), out, 50);
  producer.sys("write", 1, new Uint8Array(1));
  machine.host.run();
  assert.equal(waiting.result, 1);
  assert.equal(revents[0], POLLIN);
  assert.equal(producer.sys("poll", interests([1, POLLOUT]), out, -1), 1);
  const timing = consumer.sleep("poll", interests([]), out, 50);
  machine.host.pass(50);
  assert.equal(timing.result, 0);
});

test("inotify tells of changes through epoll", () => {
  const machine = new Machine();
  const guest: Guest = machine.guest();
  const inotify = guest.sys("inotify_init1", O_NONBLOCK) as number;
  const IN_CREATE = 0x100;
  const wd = guest.sys("inotify_add_watch", inotify, "/tmp", IN_CREATE) as number;
  const epoll = guest.sys("epoll_create1", 0) as number;
  guest.sys("epoll_ctl", epoll, 1, inotify, POLLIN);
  assert.deepEqual(guest.sys("inotify_read", inotify), []);
  const waiting = guest.sleep("epoll_wait", epoll, new Uint8Array(8), -1);
  machine.guest().writeFile("/tmp/new", "x");
  machine.host.run();
  assert.equal(waiting.result, 1);
  assert.deepEqual(guest.sys("inotify_read", inotify), [wd, IN_CREATE, 0, "new"]);
  assert.equal(guest.sys("inotify_rm_watch", inotify, wd), 0);
  assert.equal(guest.sys("inotify_rm_watch", inotify, wd), -EINVAL.errno);
  assert.equal(guest.sys("inotify_read", 0), -EINVAL.errno);
  machine.check();
});
