/** The host's view of a machine: programs with their standard files, over sinks and sources that are plain objects. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SIGTERM } from "../../../src/abi/signal.ts";
import { Control } from "../../../src/kernel/control/control.ts";
import type { GuestProgram, RunResult } from "../../../src/kernel/control/guest_run.ts";
import type { ByteSink, ByteSource } from "../../../src/kernel/control/pipe_ends.ts";
import { EAGAIN, ENOENT } from "../../../src/kernel/errno.ts";
import { Guest, Machine } from "../machine.ts";
import { fails } from "../vfs/support.ts";

/** Takes as much as a test lets it. */
class Sink implements ByteSink {
  capacity = Infinity;
  cancelled = false;
  ended = false;
  text = "";
  onChange: (() => void) | undefined;
  send(bytes: Uint8Array): void {
    assert.ok(bytes.length <= this.capacity);
    this.capacity -= bytes.length;
    this.text += Buffer.from(bytes).toString();
  }
  end(): void {
    this.ended = true;
  }
  set(change: Partial<Sink>): void {
    Object.assign(this, change);
    this.onChange?.();
  }
}

class Source implements ByteSource {
  taken = 0;
  cancelled = false;
  onData: (bytes: Uint8Array) => void = () => {};
  onEnd: () => void = () => {};
  consumed(bytes: number): void {
    this.taken += bytes;
  }
  cancel(): void {
    this.cancelled = true;
  }
}

const PROGRAM: GuestProgram = {
  argv: ["node", "a.js"],
  execArgv: [],
  env: {},
  cwd: null,
  entry: null,
  inputs: null,
  limits: {},
  hasInput: false,
};

function machine(options: ConstructorParameters<typeof Machine>[0] = {}) {
  const made = new Machine(options);
  const control = new Control(made.vm);
  const results: RunResult[] = [];
  const run = (program: Partial<GuestProgram> = {}) => {
    const running = control.run({ ...PROGRAM, ...program }, (result) => results.push(result));
    return { running, guest: new Guest(made, made.vm.processes.get(running.pid)!) };
  };
  return { made, control, results, run };
}

test("what a program writes comes out in order, as the sink takes it, and its end is told", () => {
  const { made, results, run } = machine();
  const { running, guest } = run();
  const [stdout, stderr] = [new Sink(), new Sink()];
  stdout.capacity = 3;
  running.drain(1, stdout, null);
  running.drain(2, stderr, null);
  guest.sys("write", 1, Buffer.from("hello"));
  guest.sys("write", 2, Buffer.from("oh"));
  assert.equal(stdout.text, "", "not in the middle of a syscall");
  made.host.run();
  assert.deepEqual([stdout.text, stderr.text], ["hel", "oh"]);
  stdout.set({ capacity: 100 });
  assert.equal(stdout.text, "hello");
  guest.sys("exit_group", 3);
  made.host.run();
  assert.ok(stdout.ended && stderr.ended);
  assert.deepEqual(results, [{ exitCode: 3, signal: null, returnValue: null }]);
  made.check();
});

test("beyond its limit output is dropped; a sink that wants no more breaks the pipe", () => {
  const { made, run } = machine();
  const { running, guest } = run();
  const [stdout, stderr] = [new Sink(), new Sink()];
  const drain = running.drain(1, stdout, 4);
  running.drain(2, stderr, null);
  for (let i = 0; i < 100; i++) {
    guest.sys("write", 1, Buffer.alloc(4096, "x"));
    made.host.run();
  }
  assert.deepEqual([stdout.text, drain.truncated], ["xxxx", true]);
  stderr.set({ cancelled: true });
  guest.sys("rt_sigaction", 13, 1, 0);
  assert.equal(guest.sys("write", 2, Buffer.from("x")), -32);
});

test("input comes from bytes or from a source, at the pace of the program", () => {
  const { made, run } = machine();
  const buffer = new Uint8Array(100_000);
  const fixed = run({ hasInput: true });
  fixed.running.feed(Buffer.from("text"));
  assert.equal(fixed.guest.sys("read", 0, buffer), 4);
  assert.equal(fixed.guest.sys("read", 0, buffer), 0);

  const { running, guest } = run({ hasInput: true });
  const source = new Source();
  running.feed(source);
  const reading = guest.sleep("read", 0, buffer);
  source.onData(new Uint8Array(80_000));
  assert.equal(source.taken, 65_536);
  made.host.run();
  assert.equal(reading.result, 65_536);
  made.host.run();
  assert.equal(source.taken, 80_000);
  source.onEnd();
  assert.equal(guest.sys("read", 0, buffer), 80_000 - 65_536);
  assert.equal(guest.sys("read", 0, buffer), 0);

  const deaf = run({ hasInput: true });
  const unread = new Source();
  deaf.running.feed(unread);
  deaf.guest.sys("exit_group", 0);
  made.host.run();
  assert.ok(unread.cancelled);
});

test("the host kills a program, and with it its group", () => {
  const { made, results, run } = machine();
  const first = run();
  first.running.kill(SIGTERM);
  made.host.run();
  const second = run();
  const child = second.guest.child();
  const daemon = second.guest.child();
  daemon.sys("setsid");
  second.running.killGroup();
  made.host.run();
  assert.deepEqual(
    results.map(({ exitCode, signal }) => [exitCode, signal]),
    [
      [143, "SIGTERM"],
      [137, "SIGKILL"],
    ],
  );
  assert.deepEqual([child.status()?.signal, daemon.status()], [9, null]);
});

test("a program that can't start leaves nothing open", () => {
  const { made, control } = machine({ limits: { processes: 1 } });
  fails(ENOENT, () => control.run({ ...PROGRAM, cwd: "/none", hasInput: true }, () => {}));
  control.run(PROGRAM, () => {});
  fails(EAGAIN, () => control.run({ ...PROGRAM, hasInput: true }, () => {}));
  assert.equal(made.vm.openFiles.used, 3);
  assert.equal(control.cwd, "/home/user");
});

test("files that the host makes are the user's", () => {
  const { control, run } = machine();
  control.files.makeDirectories("/home/user/a/b");
  control.files.writeFile("/home/user/a/b/f", Buffer.from("text"));
  const { guest } = run();
  assert.equal(guest.readFile("a/b/f"), "text");
  guest.writeFile("a/b/f", "more");
  assert.equal(Buffer.from(control.files.readFile("/home/user/a/b/f")).toString(), "more");
  const { type, uid, size } = control.files.stat("/home/user/a/b/f");
  assert.deepEqual([type, uid, size], ["file", 1000, 4]);
  control.files.rm("/home/user/a", true, false);
  assert.equal(control.files.exists("/home/user/a"), false);
});
