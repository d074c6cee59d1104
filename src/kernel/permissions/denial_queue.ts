import type { Denial } from "./policy.ts";

/** More are dropped until the main thread has told the host of these: a guest may ask faster than the host listens. */
const MAX_WAITING = 1024;

/** Carries refusals from syscalls, on guests' threads, to a listener on the main thread. */
export class DenialQueue {
  readonly #defer: (fn: () => void) => void;
  readonly #listener: (denial: Denial) => void;
  #waiting: Denial[] = [];

  constructor(defer: (fn: () => void) => void, listener: (denial: Denial) => void) {
    this.#defer = defer;
    this.#listener = listener;
  }

  add(denial: Denial): void {
    if (this.#waiting.length >= MAX_WAITING) return;
    this.#waiting.push(denial);
    if (this.#waiting.length === 1) this.#defer(() => this.#deliver());
  }

  #deliver(): void {
    const denials = this.#waiting;
    this.#waiting = [];
    for (const denial of denials) this.#listener(denial);
  }
}
