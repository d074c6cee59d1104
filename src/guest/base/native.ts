/** A call into user-visible code: receiver, function, async id, trigger async id, arguments. */
export type Callback = [object, Function, number, number, ...unknown[]];

/**
 * The engine's object, the only capability of the guest bundle. It is the parameter of the function that the engine
 * compiles the bundle into; nothing of Node's library or of user code sees it.
 */
export interface Native {
  /** Constants of the real Node, JSON; see `Seed`. There only while the image is built. */
  readonly seed: string;
  /** A fresh target of the native binding `name`, or undefined. */
  binding(name: string): any;
  /** Enters the kernel. A negative number is -errno. */
  syscall(nr: number, ...args: unknown[]): any;
  /** The same; a sleeping call also returns -EINTR when work for the event loop arrives from elsewhere. */
  syscallInterruptible(nr: number, ...args: unknown[]): any;
  setSlot(
    name: "process" | "primordials" | "start" | "domexception" | "emitMessage" | "emitWarningSync",
    value: unknown,
  ): void;
  /** Calls into user-visible code from the event loop, with Node's ticks and async context. Never throws. */
  makeCallback(receiver: object, fn: Function, asyncId: number, triggerAsyncId: number, ...args: unknown[]): any;
  /** Runs V8's foreground tasks and completions of native bindings. */
  runTasks(): boolean;
  /** Ends native handles that were closed. */
  runClosing(): boolean;
  /**
   * Bit 0: something can run now; bit 1: handles or requests keep the loop alive; bit 2: V8 has tasks to run or will
   * have. Those are no part of the loop, yet a process does not end before they are done.
   */
  pendingTasks(): number;
  /** Whole milliseconds until V8's next delayed task; Infinity: it has none. */
  nextTaskDelay(): number;
  isTerminating(): boolean;
  /** An id of the IANA database; what is none is UTC. */
  setTimeZone(id: string): void;
  /** An id as ICU has it, such as "de_DE". */
  setLocale(id: string): void;
  triggerUncaughtException(error: unknown, fromPromise: boolean): void;
  /** A native function over `fn`; errors raised with fail() and failWith() carry its caller's stack. */
  wrap<F extends Function>(fn: F, name: string): F;
  /** Within a wrapped function: throw this system error on return. */
  fail(errno: number, syscall: string, path?: unknown, dest?: unknown, message?: string): undefined;
  /** The same with an error of Node's own rather than of a system call. */
  failWith(Class: "Error" | "TypeError" | "RangeError", message: string, properties: object): undefined;
  uvException(errno: number, syscall: string, path?: unknown, dest?: unknown, message?: string): Error;
  /** Milliseconds since this process started, with fractions. */
  now(): number;
  /** From now on the reporter of fatal exceptions hears where they were thrown. */
  traceUncaught(): void;
  /** Something that says of itself that it is native and stands for nothing. */
  external(): unknown;
  /** Whether contexts made from now on have V8's gc(); `alsoHere`: and this one. */
  exposeGc(exposed: boolean, alsoHere: boolean): void;
  /** The stack of the guest's code, a line for each of at most `limit` places. */
  currentStack(limit: number): string;
  /** internalBinding('inspector').consoleCall. */
  consoleCall(inspectorMethod: Function, nodeMethod: Function, ...args: unknown[]): unknown;
  /** Whether modules of Node's library are compiled with all their functions from here on. */
  setEagerBuiltins(eager: boolean): void;
  /** Compiles a module of Node's library into a function of its loader's parameters. */
  compileBuiltin(id: string): Function;
  /** Makes eval() and new Function() throw from now on. */
  disallowCodeGeneration(): void;
  /** Takes Object.prototype.__proto__ away, or makes it throw, in all contexts of this process. */
  disableProto(mode: "delete" | "throw"): void;
  /** Where a ModuleWrap and what it imports wait in a top-level await: each a place and its line of source. */
  stalledTopLevelAwaits(moduleWrap: unknown): string[];
}

declare const native: Native;

export const engine: Native = native;
export const { syscall } = engine;
