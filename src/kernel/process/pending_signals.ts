import { SIGRTMIN, type SignalInfo, type SignalSet, signalBit } from "../../abi/signal.ts";

/** Real-time signals that may be queued at once for one process or task. */
const MAX_QUEUED = 1024;

/** Signals that were sent and not yet delivered; gVisor's `pendingSignals`. */
export class PendingSignals {
  /** By signal number: the first to be delivered comes first. */
  readonly #queues: SignalInfo[][] = [];
  #length = 0;
  /** The signals that are pending. */
  set: SignalSet = 0n;

  /** False if the queue of real-time signals is full. A standard signal that is pending already is not added again. */
  add(info: SignalInfo): boolean {
    const { signal } = info;
    const bit = signalBit(signal);
    const queue = this.#queues[signal] ?? [];
    if (signal < SIGRTMIN && queue.length > 0) return true;
    if (this.#length >= MAX_QUEUED) return false;
    this.#queues[signal] = queue;
    queue.push(info);
    this.#length++;
    this.set |= bit;
    return true;
  }

  /** Takes the pending signal of `among` with the lowest number. */
  take(among: SignalSet): SignalInfo | undefined {
    const wanted = this.set & among;
    if (wanted === 0n) return undefined;
    const signal = lowestSignal(wanted);
    const queue = this.#queues[signal]!;
    const info = queue.shift();
    this.#length--;
    if (queue.length === 0) this.set &= ~signalBit(signal);
    return info;
  }

  discard(signals: SignalSet): void {
    for (let rest = this.set & signals; rest !== 0n; rest &= rest - 1n) {
      const queue = this.#queues[lowestSignal(rest)]!;
      this.#length -= queue.length;
      queue.length = 0;
    }
    this.set &= ~signals;
  }
}

/** @param set not empty */
function lowestSignal(set: SignalSet): number {
  const low = Number(set & 0xffff_ffffn);
  // The lowest bit alone has as many leading zeros as it leaves places above.
  if (low !== 0) return 32 - Math.clz32(low & -low);
  const high = Number(set >> 32n);
  return 64 - Math.clz32(high & -high);
}
