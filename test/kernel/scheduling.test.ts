import assert from "node:assert/strict";
import { test } from "node:test";
import { O_NONBLOCK } from "../../src/abi/fcntl.ts";
import { SIGKILL } from "../../src/abi/signal.ts";
import type { SyscallName, SyscallValue } from "../../src/abi/syscalls.ts";
import { EPIPE } from "../../src/kernel/errno.ts";
import { Sleeper } from "./fake_host.ts";
import { type Guest, Machine } from "./machine.ts";
import { generator } from "./random.ts";

/** A guest's program: yields syscalls and is given their results. */
type Program = Generator<readonly [SyscallName, ...unknown[]], void, SyscallValue>;

interface Running {
  readonly guest: Guest;
  readonly program: Program;
  sleeper: Sleeper | null;
  result: SyscallValue;
}

/** Runs programs one syscall at a time in a random order, with a spurious wake-up now and then. Fails if all sleep. */
function schedule(machine: Machine, programs: readonly [Guest, Program][], random: () => number): void {
  const { host } = machine;
  let running: Running[] = programs.map(([guest, program]) => ({ guest, program, sleeper: null, result: undefined }));
  while (running.length > 0) {
    running = running.filter(({ guest }) => guest.status() === null);
    const able = running.filter(
      ({ sleeper, guest }) => sleeper === null || host.woken.has(guest.tid) || random() < 0.001,
    );
    if (able.length === 0 && running.length > 0) {
      assert.fail(`a lost wake-up: ${running.map(({ guest }) => guest.pid).join()} sleep`);
    }
    const task = able[Math.floor(random() * able.length)];
    if (task === undefined) return;
    if (task.sleeper !== null) {
      host.woken.delete(task.guest.tid);
      task.sleeper.dispatchAgain();
      if (!task.sleeper.done) continue;
      task.result = task.sleeper.result;
      task.sleeper = null;
    }
    const next = task.program.next(task.result);
    if (next.done) {
      running = running.filter((other) => other !== task);
      host.call(task.guest.tid, "exit_group", 0);
      continue;
    }
    const result = host.call(task.guest.tid, ...(next.value as [SyscallName]));
    if (result instanceof Sleeper) task.sleeper = result;
    else task.result = result;
  }
}

/** A process with the given files as fds 0, 1, 2…, each with a reference of its own. */
function withFiles(machine: Machine, ...files: (ReturnType<Guest["process"]["fds"]["get"]> | null)[]): Guest {
  for (const file of files) file?.incRef();
  const guest = machine.guest({ files });
  guest.sys("rt_sigaction", 13, 1, 0);
  return guest;
}

function* produce(bytes: number, random: () => number): Program {
  for (let sent = 0; sent < bytes; ) {
    const chunk = new Uint8Array(Math.min(bytes - sent, 1 + Math.floor(random() * 20_000)));
    for (let i = 0; i < chunk.length; i++) chunk[i] = (sent + i) % 251;
    const written = yield ["write", 1, chunk];
    if (written === -EPIPE.errno) return;
    assert.equal(written, chunk.length, "a blocking write writes all");
    sent += chunk.length;
  }
}

/** Copies fd 0 to fd 1 until the end. */
function* forward(random: () => number): Program {
  while (true) {
    const buffer = new Uint8Array(1 + Math.floor(random() * 30_000));
    const count = (yield ["read", 0, buffer]) as number;
    if (count === 0) return;
    const written = yield ["write", 1, buffer.subarray(0, count)];
    if (written === -EPIPE.errno) return;
    assert.equal(written, count);
  }
}

function* consume(received: number[]): Program {
  while (true) {
    const buffer = new Uint8Array(10_000);
    const count = (yield ["read", 0, buffer]) as number;
    if (count === 0) return;
    for (let i = 0; i < count; i++) received.push(buffer[i]!);
  }
}

/** Reads all of fds 0..count-1, which are non-blocking, through epoll. */
function* consumeMany(count: number, totals: number[]): Program {
  const epoll = yield ["epoll_create1", 0];
  for (let fd = 0; fd < count; fd++) yield ["epoll_ctl", epoll, 1, fd, 1];
  let open = count;
  while (open > 0) {
    const events = new Int32Array(6);
    const ready = (yield ["epoll_wait", epoll, new Uint8Array(events.buffer), -1]) as number;
    assert.ok(ready > 0);
    for (let i = 0; i < ready; i++) {
      const fd = events[2 * i]!;
      const read = (yield ["read", fd, new Uint8Array(3000)]) as number;
      assert.ok(read >= 0, "epoll promised");
      totals[fd]! += read;
      if (read === 0) {
        open--;
        yield ["close", fd];
      }
    }
  }
}

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

test("a pipeline of five processes carries every byte in order, in any order of events", () => {
  for (const seed of SEEDS) {
    const random = generator(seed);
    const machine = new Machine();
    const pipes = Array.from({ length: 4 }, () => machine.pipe());
    const received: number[] = [];
    const bytes = 200_000;
    const programs: [Guest, Program][] = [
      [withFiles(machine, null, pipes[0]!.writer), produce(bytes, random)],
      ...[0, 1, 2].map((i): [Guest, Program] => [
        withFiles(machine, pipes[i]!.reader, pipes[i + 1]!.writer),
        forward(random),
      ]),
      [withFiles(machine, pipes[3]!.reader), consume(received)],
    ];
    for (const { reader, writer } of pipes) {
      reader.decRef();
      writer.decRef();
    }
    schedule(machine, programs, random);
    assert.equal(received.length, bytes, `seed ${seed}`);
    assert.ok(received.every((byte, i) => byte === i % 251));
    assert.equal(machine.vm.openFiles.used, 0);
    machine.check();
  }
});

test("many producers, one consumer with epoll", () => {
  for (const seed of SEEDS) {
    const random = generator(seed);
    const machine = new Machine();
    const count = 8;
    const pipes = Array.from({ length: count }, () => machine.pipe());
    for (const { reader } of pipes) reader.statusFlags |= O_NONBLOCK;
    const totals = new Array<number>(count).fill(0);
    const consumer = withFiles(machine, ...pipes.map(({ reader }) => reader));
    const programs: [Guest, Program][] = [
      [consumer, consumeMany(count, totals)],
      ...pipes.map(({ writer }): [Guest, Program] => [withFiles(machine, null, writer), produce(30_000, random)]),
    ];
    for (const { reader, writer } of pipes) {
      reader.decRef();
      writer.decRef();
    }
    schedule(machine, programs, random);
    assert.deepEqual(totals, new Array<number>(count).fill(30_000), `seed ${seed}`);
    machine.check();
  }
});

/** Kills one of `victims` at some time. */
function* assassin(victims: readonly Guest[], random: () => number): Program {
  for (let i = Math.floor(random() * 60); i > 0; i--) yield ["getpid"];
  yield ["kill", victims[Math.floor(random() * victims.length)]!.pid, SIGKILL];
}

test("a process killed at any moment leaves nobody asleep and nothing open", () => {
  for (const seed of SEEDS) {
    const random = generator(seed);
    const machine = new Machine();
    const pipes = Array.from({ length: 3 }, () => machine.pipe());
    const stages: [Guest, Program][] = [
      [withFiles(machine, null, pipes[0]!.writer), produce(300_000, random)],
      [withFiles(machine, pipes[0]!.reader, pipes[1]!.writer), forward(random)],
      [withFiles(machine, pipes[1]!.reader, pipes[2]!.writer), forward(random)],
      [withFiles(machine, pipes[2]!.reader), consume([])],
    ];
    for (const { reader, writer } of pipes) {
      reader.decRef();
      writer.decRef();
    }
    const victims = stages.map(([guest]) => guest);
    schedule(machine, [...stages, [machine.guest(), assassin(victims, random)]], random);
    assert.equal(machine.vm.processes.size, 0, `seed ${seed}`);
    assert.equal(machine.vm.openFiles.used, 0);
    machine.host.reap();
    machine.check();
  }
});

test("a thousand processes leave nothing behind", () => {
  const machine = new Machine();
  const parent = machine.guest();
  for (let i = 0; i < 1000; i++) {
    const child = parent.child();
    child.sys("open", "/tmp", 0);
    child.sys("pipe2", 0);
    child.sys("epoll_create1", 0);
    child.sys("exit_group", 0);
    assert.equal((parent.sys("wait4", child.pid, 0) as number[])[0], child.pid);
    machine.host.reap();
    assert.equal(machine.kernel.task(child.tid), undefined);
  }
  assert.equal(machine.vm.processes.size, 1);
  assert.equal(machine.vm.openFiles.used, 3);
  assert.equal(parent.process.children.size, 0);
  assert.ok(parent.process.childQueue.empty);
});
