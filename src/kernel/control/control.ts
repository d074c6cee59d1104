import type { Vm } from "../vm.ts";
import { GuestFiles } from "./guest_files.ts";
import { type GuestProgram, GuestRun, type RunResult } from "./guest_run.ts";

/**
 * The host's view of a machine: what it may do to it from outside. All of it happens on the main thread, outside any
 * syscall, and with all rights; nothing of it knows in what messages the host asks. What fails throws the kernel's Errno.
 */
export class Control {
  readonly files: GuestFiles;
  readonly #vm: Vm;

  constructor(vm: Vm) {
    this.#vm = vm;
    this.files = new GuestFiles(vm);
  }

  /** Where programs start that are told no other place. */
  get cwd(): string {
    return this.#vm.cwd;
  }

  /**
   * Starts a program. Errors: EAGAIN (too many processes), ENOENT or ENOTDIR (cwd), EMFILE, ENFILE.
   * @param onExit told, later, how it ended
   */
  run(program: GuestProgram, onExit: (result: RunResult) => void): GuestRun {
    return new GuestRun(this.#vm, program, onExit);
  }
}
