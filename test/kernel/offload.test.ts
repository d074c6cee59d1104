/** Host calls that a task's own thread makes without the kernel's lock, and the state of calls that go on after them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ERRNO } from "../../src/abi/errno.ts";
import { SIGCONT, SIGKILL, SIGSTOP, SIGUSR1 } from "../../src/abi/signal.ts";
import { EOFFLOAD, ERESTARTSYS, SYS } from "../../src/abi/syscalls.ts";
import type { HostReply } from "../../src/kernel/host_calls.ts";
import type { CallState } from "../../src/kernel/process/task.ts";
import { SYSCALLS } from "../../src/kernel/syscalls/index.ts";
import type { SyscallEntry, SyscallHandler } from "../../src/kernel/syscalls/table.ts";
import { FakeFiles, FakeNetwork } from "./fake_ports.ts";
import { Machine } from "./machine.ts";

const FIRST_LETTER = 1050;

interface Reading extends CallState {
  file: number | null;
}

/** A syscall as a filesystem of the host's will make some: opens a file of the host, reads a byte of it, closes it. */
const firstLetter: SyscallHandler = (_vm, task, name) => {
  const state = task.call<Reading>(() => ({ done: 0, file: null }));
  if (state.file === null) {
    const call = { port: "files", operation: "open", args: { dir: 0, name: String(name), flags: 0, mode: 0 } } as const;
    const opened = task.offload(call, ({ file }) => {
      discarded.push(file);
    });
    if (opened === null) return EOFFLOAD;
    if ("errno" in opened) return -opened.errno;
    state.file = opened.result.file;
  }
  const args = { file: state.file, offset: 0, length: 1 };
  const read = task.offload({ port: "files", operation: "read", args });
  if (read === null) return EOFFLOAD;
  return "errno" in read ? -read.errno : String.fromCharCode(...read.result);
};

let discarded: number[] = [];

function machine() {
  const entry: SyscallEntry = { nr: FIRST_LETTER, name: "first_letter", signature: "-", handler: firstLetter };
  const made = new Machine({}, [...SYSCALLS, entry]);
  made.host.files = new FakeFiles({ a: "xyz" });
  discarded = [];
  const dispatch = (tid: number, name: string) => made.kernel.dispatch(tid, FIRST_LETTER, name);
  return { machine: made, host: made.host, dispatch };
}

test("a call goes on with the reply when it is dispatched again, step by step", () => {
  const { machine: made, host, dispatch } = machine();
  const { tid } = made.guest();
  const other = made.guest();
  assert.equal(dispatch(tid, "a"), EOFFLOAD);
  assert.equal(other.sys("getpid"), other.pid, "others enter the kernel meanwhile");
  host.makeCall(tid);
  assert.equal(dispatch(tid, "a"), EOFFLOAD);
  host.makeCall(tid);
  assert.equal(dispatch(tid, "a"), "x");
  assert.equal(made.kernel.dispatch(tid, SYS.getppid), 1, "nothing of it is left");
  assert.deepEqual(
    host.files!.calls.map(([operation]) => operation),
    ["open", "read"],
  );
  made.check();
});

test("an error of the host is the call's, and a host that can't make calls is ENOSYS", () => {
  const { machine: made, host, dispatch } = machine();
  const { tid } = made.guest();
  assert.equal(dispatch(tid, "none"), EOFFLOAD);
  host.makeCall(tid);
  assert.equal(dispatch(tid, "none"), -ERRNO.ENOENT);
  host.files = null;
  assert.equal(dispatch(tid, "a"), -ERRNO.ENOSYS);
  made.check();
});

test("signals wait: one that stops takes effect with the reply kept, one that is caught interrupts nothing", () => {
  const { machine: made, host, dispatch } = machine();
  const guest = made.guest();
  const other = made.guest();
  guest.sys("rt_sigaction", SIGUSR1, 2, 0);
  assert.equal(dispatch(guest.tid, "a"), EOFFLOAD);
  assert.match(other.readFile(`/proc/${guest.pid}/stat`), /^\d+ \(node\) D /);
  other.sys("kill", guest.pid, SIGUSR1);
  other.sys("kill", guest.pid, SIGSTOP);
  host.makeCall(guest.tid);
  assert.equal(dispatch(guest.tid, "a"), ERESTARTSYS);
  other.sys("kill", guest.pid, SIGCONT);
  assert.equal(dispatch(guest.tid, "a"), EOFFLOAD);
  host.makeCall(guest.tid);
  assert.equal(dispatch(guest.tid, "a"), "x");
  made.check();
});

test("a task killed meanwhile takes no result: what the host gave is discarded", () => {
  const { machine: made, host, dispatch } = machine();
  const guest = made.guest();
  assert.equal(dispatch(guest.tid, "a"), EOFFLOAD);
  made.guest().sys("kill", guest.pid, SIGKILL);
  host.makeCall(guest.tid);
  assert.deepEqual(discarded, [1]);
  assert.equal(dispatch(guest.tid, "a"), -ERRNO.EINTR);
  const second = made.guest();
  assert.equal(dispatch(second.tid, "a"), EOFFLOAD);
  made.guest().sys("kill", second.pid, SIGSTOP);
  host.makeCall(second.tid);
  assert.equal(dispatch(second.tid, "a"), ERESTARTSYS);
  made.guest().sys("kill", second.pid, SIGKILL);
  assert.deepEqual(discarded, [1, 2], "also where the reply is there and waits");
  host.reap();
  made.kernel.offloaded(guest.tid, { result: null });
  made.check();
});

test("a call's state is made once, and released once, however the call ends", () => {
  const log: string[] = [];
  const handler: SyscallHandler = (_vm, task, how) => {
    const state = task.call(
      () => {
        log.push("made");
        return { done: 0 };
      },
      () => log.push("released"),
    );
    if (state.done++ === 0) return how === "sleep" ? (task.timedOut(10) ? 0 : ERESTARTSYS) : task.pause();
    if (how === "throw") throw new Error("a bug");
    return state.done;
  };
  const made = new Machine({}, [{ nr: FIRST_LETTER, name: "x", signature: "-", handler }, ...SYSCALLS]);
  const guest = made.guest();
  const dispatch = (how: string) => made.kernel.dispatch(guest.tid, FIRST_LETTER, how);
  assert.deepEqual([dispatch("pause"), dispatch("pause")], [ERESTARTSYS, 2]);
  assert.deepEqual(log.splice(0), ["made", "released"]);
  assert.deepEqual([dispatch("throw"), dispatch("throw")], [ERESTARTSYS, -ERRNO.EFAULT]);
  assert.deepEqual(log.splice(0), ["made", "released"]);
  guest.sys("rt_sigaction", SIGUSR1, 2, 0);
  assert.equal(dispatch("sleep"), ERESTARTSYS);
  made.guest().sys("kill", guest.pid, SIGUSR1);
  assert.equal(dispatch("sleep"), 1, "what is done counts, as for a write that was interrupted");
  assert.deepEqual(log.splice(0), ["made", "released"]);
  assert.equal(dispatch("sleep"), ERESTARTSYS);
  made.guest().sys("kill", guest.pid, SIGKILL);
  assert.deepEqual(log.splice(0), ["made", "released"]);
  assert.equal(made.host.bugs.length, 1);
});

test("the ports carry messages: what is changed afterwards on one side is not on the other", () => {
  const network = new FakeNetwork({ host: ["192.0.2.1"] });
  const value = <T>(reply: HostReply<T>): T => {
    assert.ok("result" in reply);
    return reply.result;
  };
  const { addresses } = value(network.call("resolve", { name: "host" }));
  const { socket } = value(network.call("connect", { address: addresses[0]!, port: 80 }));
  const bytes = new Uint8Array([1, 2]);
  assert.equal(value(network.call("send", { socket, bytes })), 2);
  bytes.fill(9);
  assert.deepEqual(value(network.call("receive", { socket, length: 9 })), new Uint8Array([1, 2]));
  assert.deepEqual(network.call("receive", { socket, length: 9 }), { errno: ERRNO.EAGAIN });
  assert.deepEqual(network.call("shutdown", { socket }), { errno: ERRNO.ENOSYS });
});
