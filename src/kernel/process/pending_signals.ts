import { SIGRTMIN, type SignalSet, signalBit } from "./signal_numbers.ts";

/** Why a signal was sent: si_code of sigaction(2). */
export const SI_USER = 0;
export const SI_KERNEL = 0x80;
export const SI_TKILL = -6;
export const CLD_EXITED = 1;
export const CLD_KILLED = 2;
export const CLD_DUMPED = 3;
export const CLD_STOPPED = 5;
export const CLD_CONTINUED = 6;

/** siginfo_t, sigaction(2), as far as this kernel fills it. */
export interface SignalInfo {
  readonly signal: number;
  readonly code: number;
  /** Sender, or the child that changed state. */
  readonly pid: number;
  readonly uid: number;
  /** SIGCHLD: exit code or signal. */
  readonly status: number;
}

/** Real-time signals that may be queued at once for one process or task. */
const MAX_QUEUED = 1024;

/** Signals that were sent and not yet delivered; gVisor's `pendingSignals`. */
export class PendingSignals {
  #infos: SignalInfo[] = [];
  /** The signals that are pending. */
  set: SignalSet = 0n;

  /** False if the queue of real-time signals is full. A standard signal that is pending already is not added again. */
  add(info: SignalInfo): boolean {
    const bit = signalBit(info.signal);
    if (info.signal < SIGRTMIN && this.set & bit) return true;
    if (this.#infos.length >= MAX_QUEUED) return false;
    this.set |= bit;
    this.#infos.push(info);
    return true;
  }

  /** Takes the pending signal of `among` with the lowest number. */
  take(among: SignalSet): SignalInfo | undefined {
    if ((this.set & among) === 0n) return undefined;
    let at = -1;
    for (let i = 0; i < this.#infos.length; i++) {
      const { signal } = this.#infos[i]!;
      if (among & signalBit(signal) && (at < 0 || signal < this.#infos[at]!.signal)) at = i;
    }
    const [info] = this.#infos.splice(at, 1);
    if (!this.#infos.some(({ signal }) => signal === info!.signal)) this.set &= ~signalBit(info!.signal);
    return info;
  }

  discard(signals: SignalSet): void {
    if ((this.set & signals) === 0n) return;
    this.#infos = this.#infos.filter(({ signal }) => (signals & signalBit(signal)) === 0n);
    this.set &= ~signals;
  }
}
