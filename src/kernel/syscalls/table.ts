import type { SyscallValue } from "../../abi/syscalls.ts";
import type { Task } from "../process/task.ts";
import type { Vm } from "../vm.ts";

/**
 * Carries out one syscall for `task`, a thread of a process of `vm`. Arguments are whatever the guest passed: a handler trusts none of them. An
 * argument declared `i`, `o` or `f` is a Uint8Array over scratch memory that is valid only during the call, or, if the
 * guest passed no ArrayBufferView, the plain value it passed.
 *
 * Returns a number ≥ 0, a value, or ERESTARTSYS after having arranged to be woken; throws an `Errno`.
 */
export type SyscallHandler = (
  vm: Vm,
  task: Task,
  a0: unknown,
  a1: unknown,
  a2: unknown,
  a3: unknown,
  a4: unknown,
  a5: unknown,
  a6: unknown,
  a7: unknown,
) => SyscallValue;

export interface SyscallEntry {
  readonly nr: number;
  readonly name: string;
  /**
   * One letter an argument, how the gate carries it: `-` plain value; `i` bytes copied in; `o` bytes out, of which the
   * first `result` are copied back; `f` bytes out, zeroed before the call and copied back whole if the result is ≥ 0.
   */
  readonly signature: string;
  readonly handler: SyscallHandler;
}

/** Told of every syscall that has ended, with its arguments. Buffers are valid only during the call. */
export type SyscallTracer = (task: Task, nr: number, args: readonly unknown[], result: SyscallValue) => void;
