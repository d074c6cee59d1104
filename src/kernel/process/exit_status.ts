import { signalName } from "../../abi/signal.ts";
import { STATUS_CORE } from "../../abi/wait.ts";

/** How a process ended: exited with a code, or killed by a signal. */
export class ExitStatus {
  /** 0..255; 0 if a signal killed it. */
  readonly code: number;
  /** 0 if it exited. */
  readonly signal: number;
  readonly core: boolean;

  private constructor(code: number, signal: number, core: boolean) {
    this.code = code;
    this.signal = signal;
    this.core = core;
  }

  static exited(code: number): ExitStatus {
    return new ExitStatus(code & 0xff, 0, false);
  }

  static killed(signal: number, core = false): ExitStatus {
    return new ExitStatus(0, signal, core);
  }

  /** As a shell's $?: 128 + signal number for a signal. */
  get shellCode(): number {
    return this.signal === 0 ? this.code : 128 + this.signal;
  }

  /** "SIGKILL", or null if the process exited. */
  get signalName(): string | null {
    return this.signal === 0 ? null : signalName(this.signal);
  }

  /** wait(2)'s status word. */
  get waitStatus(): number {
    return this.signal === 0 ? this.code << 8 : this.signal | (this.core ? STATUS_CORE : 0);
  }
}
