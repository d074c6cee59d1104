import { POLLIN } from "../../abi/poll.ts";
import { SIGNALFD_SIGINFO_BYTES, type SignalInfo, type SignalSet, UNMASKABLE } from "../../abi/signal.ts";
import { EINVAL } from "../errno.ts";
import { WouldBlock } from "../vfs/file_description.ts";
import type { WaitQueue } from "../wait/queue.ts";
import { AnonymousDescription } from "./anonymous_description.ts";

/** Where signals are pending: a process, as a signalfd sees it. */
export interface SignalSource {
  /** Told with POLLIN when a signal becomes pending. */
  readonly queue: WaitQueue;
  /** Which of `among` are pending. */
  pendingAmong(among: SignalSet): SignalSet;
  /** Takes the first of them. */
  takeAmong(among: SignalSet): SignalInfo | undefined;
}

/** The pending signals of a process as a file, signalfd(2). It stays with the process that made it. */
export class SignalFd extends AnonymousDescription {
  readonly #source: SignalSource;
  #mask: SignalSet = 0n;

  constructor(source: SignalSource, mask: SignalSet, statusFlags: number) {
    super("[signalfd]", statusFlags, source.queue);
    this.#source = source;
    this.setMask(mask);
  }

  setMask(mask: SignalSet): void {
    this.#mask = mask & ~UNMASKABLE;
    if (this.readiness() !== 0) this.queue.notify(POLLIN);
  }

  /** Whole struct signalfd_siginfo records. */
  override read(dst: Uint8Array): number | WouldBlock {
    if (dst.length < SIGNALFD_SIGINFO_BYTES) throw EINVAL;
    let length = 0;
    while (length + SIGNALFD_SIGINFO_BYTES <= dst.length) {
      const info = this.#source.takeAmong(this.#mask);
      if (info === undefined) break;
      encode(info, dst.subarray(length, length + SIGNALFD_SIGINFO_BYTES));
      length += SIGNALFD_SIGINFO_BYTES;
    }
    return length > 0 ? length : new WouldBlock(this.queue, POLLIN);
  }

  override readiness(): number {
    return this.#source.pendingAmong(this.#mask) !== 0n ? POLLIN : 0;
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
