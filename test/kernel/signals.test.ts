import assert from "node:assert/strict";
import { test } from "node:test";
import { O_CLOEXEC, O_NONBLOCK } from "../../src/abi/fcntl.ts";
import {
  SIGABRT,
  SIGCHLD,
  SIGCONT,
  SIGHUP,
  SIGINT,
  SIGKILL,
  SIGPIPE,
  SIGRTMIN,
  SIGSTOP,
  SIGTERM,
  SIGUSR1,
  SIGUSR2,
  SIGWINCH,
  signalName,
  signalNumber,
  signalSet,
} from "../../src/abi/signal.ts";
import { EAGAIN, EINTR, EINVAL, EPERM, EPIPE } from "../../src/kernel/errno.ts";
import { type Guest, Machine } from "./machine.ts";

const SIG_DFL = 0;
const SIG_IGN = 1;
const SIG_CATCH = 2;
const SA_RESTART = 0x10000000;
const SIG_BLOCK = 0;
const SIG_UNBLOCK = 1;
const SIG_SETMASK = 2;

/** Reads signal numbers from a non-blocking signalfd. */
function received(guest: Guest, fd: number): number[] {
  const buffer = new Uint8Array(128 * 16);
  const count = guest.sys("read", fd, buffer) as number;
  if (count === -EAGAIN.errno) return [];
  const view = new DataView(buffer.buffer);
  return Array.from({ length: count / 128 }, (_, i) => view.getUint32(i * 128, true));
}

const listen = (guest: Guest, ...signals: number[]): number =>
  guest.sys("signalfd4", -1, signalSet(...signals), O_NONBLOCK | O_CLOEXEC) as number;

function pair() {
  const machine = new Machine();
  return { machine, guest: machine.guest(), sender: machine.guest() };
}

test("names and numbers", () => {
  assert.equal(signalName(SIGTERM), "SIGTERM");
  assert.equal(signalNumber("SIGUSR2"), SIGUSR2);
  assert.equal(signalNumber("SIGIOT"), SIGABRT);
  assert.equal(signalNumber("SIGNOPE"), undefined);
  assert.equal(signalNumber(""), undefined);
});

test("default actions", () => {
  const outcome = (signal: number) => {
    const { guest, sender } = pair();
    assert.equal(sender.sys("kill", guest.pid, signal), 0);
    const { exitStatus, state } = guest.process;
    return exitStatus === null ? state : `${exitStatus.signalName}${exitStatus.core ? " core" : ""}`;
  };
  assert.equal(outcome(SIGTERM), "SIGTERM");
  assert.equal(outcome(SIGHUP), "SIGHUP");
  assert.equal(outcome(SIGPIPE), "SIGPIPE");
  assert.equal(outcome(SIGABRT), "SIGABRT core");
  assert.equal(outcome(SIGCHLD), "running");
  assert.equal(outcome(SIGWINCH), "running");
  assert.equal(outcome(SIGCONT), "running");
  assert.equal(outcome(SIGSTOP), "stopped");
  assert.equal(outcome(SIGRTMIN + 2), "SIGRT34");
});

test("SIGINT breaks off a script that asks for it, and ends the process the next time", () => {
  const { machine, guest, sender } = pair();
  machine.host.scripts.add(guest.tid);
  assert.equal(sender.sys("kill", guest.pid, SIGTERM), 0);
  assert.equal(guest.status()?.signalName, "SIGTERM", "only SIGINT");
  const other = machine.guest();
  machine.host.scripts.add(other.tid);
  assert.equal(sender.sys("kill", other.pid, SIGINT), 0);
  assert.equal(other.status(), null);
  assert.equal(sender.sys("kill", other.pid, SIGINT), 0);
  assert.equal(other.status()?.signalName, "SIGINT");
});

test("kill: 0 asks only, bad numbers are refused, others' processes too", () => {
  const { machine, guest, sender } = pair();
  assert.equal(sender.sys("kill", guest.pid, 0), 0);
  assert.equal(sender.sys("kill", guest.pid, 65), -EINVAL.errno);
  assert.equal(sender.sys("kill", guest.pid, -1), -EINVAL.errno);
  assert.equal(sender.sys("kill", Number.NaN, 1), -EINVAL.errno);
  assert.equal(sender.sys("kill", 1, SIGKILL), -EPERM.errno, "init is root's");
  const rooted = new Machine({ uid: 0, gid: 0 });
  const root = rooted.guest();
  assert.equal(root.sys("kill", 1, SIGKILL), 0);
  assert.equal(rooted.vm.processes.init.isZombie, false, "and immortal");
  machine.check();
});

test("kill -1 reaches all but init and the caller; 0 the caller's own group", () => {
  const { guest, sender } = pair();
  const child = sender.child();
  assert.equal(sender.sys("kill", -1, SIGTERM), 0);
  assert.equal(guest.status()?.signal, SIGTERM);
  assert.equal(child.status()?.signal, SIGTERM);
  assert.equal(sender.status(), null);
  sender.sys("kill", 0, SIGTERM);
  assert.equal(sender.status()?.signal, SIGTERM);
});

test("an ignored signal leaves no trace", () => {
  const { guest, sender } = pair();
  assert.equal(guest.sys("rt_sigaction", SIGTERM, SIG_IGN, 0), SIG_DFL);
  assert.equal(guest.sys("rt_sigaction", SIGTERM), SIG_IGN);
  sender.sys("kill", guest.pid, SIGTERM);
  assert.deepEqual(received(guest, listen(guest, SIGTERM)), []);
  assert.equal(guest.status(), null);
});

test("SIGKILL and SIGSTOP can't be ignored, caught or blocked", () => {
  const { guest, sender } = pair();
  assert.equal(guest.sys("rt_sigaction", SIGKILL, SIG_IGN, 0), -EINVAL.errno);
  assert.equal(guest.sys("rt_sigaction", SIGSTOP, SIG_CATCH, 0), -EINVAL.errno);
  guest.sys("rt_sigprocmask", SIG_SETMASK, (1n << 64n) - 1n);
  sender.sys("kill", guest.pid, SIGKILL);
  assert.equal(guest.status()?.signal, SIGKILL);
});

test("caught signals are read from a signalfd, standard ones once, real-time ones each", () => {
  const { machine, guest, sender } = pair();
  for (const signal of [SIGUSR1, SIGUSR2, SIGRTMIN]) guest.sys("rt_sigaction", signal, SIG_CATCH, SA_RESTART);
  const fd = listen(guest, SIGUSR1, SIGUSR2, SIGRTMIN);
  for (const signal of [SIGRTMIN, SIGUSR2, SIGUSR1, SIGUSR1, SIGRTMIN]) sender.sys("kill", guest.pid, signal);
  assert.deepEqual(received(guest, fd), [SIGUSR1, SIGUSR2, SIGRTMIN, SIGRTMIN]);
  assert.deepEqual(received(guest, fd), []);
  machine.check();
});

test("siginfo tells the sender", () => {
  const { guest, sender } = pair();
  guest.sys("rt_sigaction", SIGINT, SIG_CATCH, 0);
  const fd = listen(guest, SIGINT);
  sender.sys("kill", guest.pid, SIGINT);
  const buffer = new Uint8Array(128);
  assert.equal(guest.sys("read", fd, new Uint8Array(127)), -EINVAL.errno);
  assert.equal(guest.sys("read", fd, buffer), 128);
  const view = new DataView(buffer.buffer);
  assert.equal(view.getUint32(12, true), sender.pid);
  assert.equal(view.getUint32(16, true), 1000);
});

test("a signalfd wakes epoll, however the two events are ordered", () => {
  const { machine, guest, sender } = pair();
  guest.sys("rt_sigaction", SIGINT, SIG_CATCH, SA_RESTART);
  const fd = listen(guest, SIGINT);
  const epoll = guest.sys("epoll_create1", 0) as number;
  assert.equal(guest.sys("epoll_ctl", epoll, 1, fd, 1), 0);
  const events = new Int32Array(8);
  const waiting = guest.sleep("epoll_wait", epoll, new Uint8Array(events.buffer), -1);
  sender.sys("kill", guest.pid, SIGINT);
  machine.host.run();
  assert.equal(waiting.result, 1);
  assert.deepEqual([...events.subarray(0, 2)], [fd, 1]);
  assert.deepEqual(received(guest, fd), [SIGINT]);
  assert.equal(guest.sys("epoll_wait", epoll, new Uint8Array(events.buffer), 0), 0);
});

test("only a caught signal without SA_RESTART interrupts a sleeping syscall, and only a sleeping one", () => {
  const { machine, guest, sender } = pair();
  guest.sys("rt_sigaction", SIGUSR1, SIG_CATCH, SA_RESTART);
  guest.sys("rt_sigaction", SIGUSR2, SIG_CATCH, 0);
  sender.sys("kill", guest.pid, SIGUSR2);
  assert.deepEqual(received(guest, listen(guest, SIGUSR2)), [SIGUSR2]);
  const sleeper = guest.sleep("clock_nanosleep", 1, 0, 1000);
  sender.sys("kill", guest.pid, SIGUSR1);
  machine.host.pass(10);
  assert.ok(!sleeper.done);
  sender.sys("kill", guest.pid, SIGUSR2);
  machine.host.run();
  assert.equal(sleeper.result, -EINTR.errno);
  const next = guest.sleep("clock_nanosleep", 1, 0, 50);
  machine.host.pass(49);
  assert.ok(!next.done, "the deadline of the interrupted call is forgotten");
  machine.host.pass(1);
  assert.equal(next.result, 0);
});

test("a blocked signal waits; it is visible, and acts when unblocked", () => {
  const { guest, sender } = pair();
  assert.equal(guest.sys("rt_sigprocmask", SIG_BLOCK, signalSet(SIGTERM, SIGUSR1)), 0n);
  sender.sys("kill", guest.pid, SIGTERM);
  assert.equal(guest.sys("rt_sigpending"), signalSet(SIGTERM));
  assert.equal(guest.status(), null);
  assert.equal(guest.sys("rt_sigprocmask", SIG_UNBLOCK, signalSet(SIGUSR1)), signalSet(SIGTERM, SIGUSR1));
  assert.equal(guest.status(), null);
  guest.sys("rt_sigprocmask", SIG_SETMASK, 0n);
  assert.equal(guest.status()?.signal, SIGTERM);
});

test("a blocked signal can be taken by a signalfd instead", () => {
  const { guest, sender } = pair();
  guest.sys("rt_sigprocmask", SIG_BLOCK, signalSet(SIGTERM));
  sender.sys("kill", guest.pid, SIGTERM);
  const fd = listen(guest, SIGTERM);
  assert.deepEqual(received(guest, fd), [SIGTERM]);
  guest.sys("rt_sigprocmask", SIG_SETMASK, 0n);
  assert.equal(guest.status(), null);
});

test("who stops catching a signal does not die of one that had arrived", () => {
  const { guest, sender } = pair();
  guest.sys("rt_sigaction", SIGTERM, SIG_CATCH, SA_RESTART);
  sender.sys("kill", guest.pid, SIGTERM);
  guest.sys("rt_sigaction", SIGTERM, SIG_DFL, 0);
  assert.equal(guest.status(), null);
  sender.sys("kill", guest.pid, SIGTERM);
  assert.equal(guest.status()?.signal, SIGTERM);
});

test("tgkill", () => {
  const { guest, sender } = pair();
  assert.equal(sender.sys("tgkill", guest.pid, guest.pid + 1, SIGTERM), -3);
  assert.equal(sender.sys("tgkill", guest.pid, 0, SIGTERM), -EINVAL.errno);
  assert.equal(sender.sys("tgkill", guest.pid, guest.pid, SIGTERM), 0);
  assert.equal(guest.status()?.signal, SIGTERM);
});

test("a process can kill itself", () => {
  const { machine, guest } = pair();
  machine.kernel.dispatch(guest.tid, 62, guest.pid, SIGKILL);
  assert.equal(guest.status()?.signal, SIGKILL);
  assert.deepEqual(machine.host.terminated, [guest.tid]);
});

test("SIGPIPE: a writer to a closed pipe dies, or gets EPIPE if it ignores the signal", () => {
  const { machine, guest, sender } = pair();
  const broken = (who: Guest) => {
    const [reader, writer] = who.sys("pipe2", 0) as number[];
    who.sys("close", reader);
    return writer;
  };
  guest.sys("rt_sigaction", SIGPIPE, SIG_IGN, 0);
  assert.equal(guest.sys("write", broken(guest), new Uint8Array(1)), -EPIPE.errno);
  assert.equal(guest.status(), null);
  sender.sys("write", broken(sender), new Uint8Array(1));
  assert.equal(sender.status()?.signalName, "SIGPIPE");
  machine.check();
});

test("SIGCHLD reaches a parent that catches it, with the child and its status", () => {
  const { guest } = pair();
  guest.sys("rt_sigaction", SIGCHLD, SIG_CATCH, SA_RESTART);
  const fd = listen(guest, SIGCHLD);
  const child = guest.child();
  child.sys("exit_group", 9);
  const buffer = new Uint8Array(128);
  guest.sys("read", fd, buffer);
  const view = new DataView(buffer.buffer);
  assert.deepEqual(
    [view.getUint32(0, true), view.getUint32(12, true), view.getInt32(40, true)],
    [SIGCHLD, child.pid, 9],
  );
});

test("children inherit ignored signals, not caught ones", () => {
  const { guest } = pair();
  guest.sys("rt_sigaction", SIGINT, SIG_IGN, 0);
  guest.sys("rt_sigaction", SIGTERM, SIG_CATCH, 0);
  const child = guest.child();
  assert.equal(child.sys("rt_sigaction", SIGINT), SIG_IGN);
  assert.equal(child.sys("rt_sigaction", SIGTERM), SIG_DFL);
});

test("SIGCONT cancels a pending stop and the reverse", () => {
  const { guest, sender } = pair();
  guest.sys("rt_sigprocmask", SIG_BLOCK, signalSet(SIGCONT, 20));
  sender.sys("kill", guest.pid, 20);
  sender.sys("kill", guest.pid, SIGCONT);
  assert.equal(guest.sys("rt_sigpending"), signalSet(SIGCONT));
  sender.sys("kill", guest.pid, 20);
  assert.equal(guest.sys("rt_sigpending"), signalSet(20));
});
