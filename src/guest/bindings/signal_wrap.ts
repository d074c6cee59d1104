import { O_CLOEXEC, O_NONBLOCK } from "../../abi/fcntl.ts";
import { POLLIN } from "../../abi/poll.ts";
import { SA_RESTART, SIG_CATCH, SIG_DFL, SIGNALFD_SIGINFO_BYTES } from "../../abi/signal.ts";
import { SYS } from "../../abi/syscalls.ts";
import { AsyncResource } from "../base/async_resource.ts";
import { Handle } from "../base/loop/handle.ts";
import { unwatch, watch } from "../base/loop/loop.ts";
import { syscall } from "../base/native.ts";
import { asNativeClass } from "../base/native_class.ts";

/** As libuv: a signal does not make a blocking read fail. */
const CLOEXEC_NONBLOCK = O_CLOEXEC | O_NONBLOCK;

const listeners = new Map<number, Set<Signal>>();
let signalFd = -1;

function updateSet(): number {
  let set = 0n;
  for (const signal of listeners.keys()) set |= 1n << BigInt(signal - 1);
  const fd = syscall(SYS.signalfd4, signalFd, set, CLOEXEC_NONBLOCK);
  if (fd < 0) return fd;
  if (signalFd >= 0) return 0;
  signalFd = fd;
  return watch(fd, POLLIN, deliver);
}

function deliver(): void {
  const info = new Uint8Array(SIGNALFD_SIGINFO_BYTES);
  const number = new Uint32Array(info.buffer, 0, 1);
  while (signalFd >= 0 && syscall(SYS.read, signalFd, info) === SIGNALFD_SIGINFO_BYTES) {
    const signal = number[0]!;
    for (const listener of [...(listeners.get(signal) ?? [])])
      AsyncResource.post(listener, listener, listener.onsignal, signal);
  }
}

/** A listener for one signal; the kernel queues caught signals in a signalfd(2). */
class Signal extends Handle {
  declare onsignal?: (signal: number) => void;
  #signal = 0;

  constructor() {
    super("SIGNALWRAP");
  }

  start(signal: number): number {
    this.stop();
    const result = syscall(SYS.rt_sigaction, signal, SIG_CATCH, SA_RESTART);
    if (result < 0) return result;
    let set = listeners.get(signal);
    if (set === undefined) {
      set = new Set();
      listeners.set(signal, set);
    }
    set.add(this);
    this.#signal = signal;
    this.setActive(true);
    return updateSet();
  }

  stop(): number {
    const signal = this.#signal;
    if (signal === 0) return 0;
    this.#signal = 0;
    this.setActive(false);
    const set = listeners.get(signal);
    set?.delete(this);
    if (set?.size !== 0) return 0;
    listeners.delete(signal);
    syscall(SYS.rt_sigaction, signal, SIG_DFL);
    if (listeners.size > 0) return updateSet();
    unwatch(signalFd);
    syscall(SYS.close, signalFd);
    signalFd = -1;
    return 0;
  }

  protected override onClose(): void {
    this.stop();
  }
}

asNativeClass(Signal);

export function createSignalWrap(): object {
  return { Signal };
}
