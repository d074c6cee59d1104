import { POLLIN } from "../../abi/poll.ts";
import { SIGNALFD_SIGINFO_BYTES, type SignalSet, UNMASKABLE } from "../../abi/signal.ts";
import { EINVAL } from "../errno.ts";
import type { SignalInfo } from "../process/pending_signals.ts";
import type { Process } from "../process/process.ts";
import { WouldBlock } from "../vfs/file_description.ts";
import { AnonymousDescription } from "./anonymous_description.ts";

/** The pending signals of a process as a file, signalfd(2). It stays with the process that made it. */
export class SignalFd extends AnonymousDescription {
  readonly #process: Process;
  #mask: SignalSet = 0n;

  constructor(process: Process, mask: SignalSet, statusFlags: number) {
    super("[signalfd]", statusFlags, process.signals.queue);
    this.#process = process;
    this.setMask(mask);
  }

  setMask(mask: SignalSet): void {
    this.#mask = mask & ~UNMASKABLE;
    if (this.readiness() !== 0) this.queue.notify(POLLIN);
  }

  /** Whole struct signalfd_siginfo records. */
  override read(dst: Uint8Array): number | WouldBlock {
    if (dst.length < SIGNALFD_SIGINFO_BYTES) throw EINVAL;
    const task = this.#process.tasks[0];
    let length = 0;
    while (task !== undefined && length + SIGNALFD_SIGINFO_BYTES <= dst.length) {
      const info = this.#process.signals.take(task, this.#mask);
      if (info === undefined) break;
      encode(info, dst.subarray(length, length + SIGNALFD_SIGINFO_BYTES));
      length += SIGNALFD_SIGINFO_BYTES;
    }
    return length > 0 ? length : new WouldBlock(this.queue, POLLIN);
  }

  override readiness(): number {
    const { tasks, signals } = this.#process;
    const pending = signals.pending.set | (tasks[0]?.pending.set ?? 0n);
    return pending & this.#mask ? POLLIN : 0;
  }
}

function encode({ signal, code, pid, uid, status }: SignalInfo, dst: Uint8Array): void {
  dst.fill(0);
  const view = new DataView(dst.buffer, dst.byteOffset, dst.byteLength);
  view.setUint32(0, signal, true);
  view.setInt32(8, code, true);
  view.setUint32(12, pid, true);
  view.setUint32(16, uid, true);
  view.setInt32(40, status, true);
}
