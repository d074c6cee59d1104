/** What a program gives back to the host: what it passed to __return(), else its default export or module.exports. */
import { SYS } from "../../abi/syscalls.ts";
import { syscall } from "../base/native.ts";

let serialize: (value: unknown) => Uint8Array;
let returned = false;
let wanted = false;
let defaultResult: (() => unknown) | undefined;

/**
 * Gives the program `globalThis.__return(value)`, which hands a structured clone to the host; the first call wins.
 * @param isWanted whether the host wants a value: only then is there a default one
 */
export function installReturn(serializer: typeof serialize, isWanted: boolean): void {
  serialize = serializer;
  wanted = isWanted;
  defineGlobal("__return", function __return(value: unknown) {
    if (!returned) handOver(value);
  });
}

/** What the program gives back if it never calls __return(); looked at when it ends. */
export function setDefaultResult(find: () => unknown): void {
  defaultResult = find;
}

/** At the end of a process. @throws DataCloneError if the value cannot be cloned */
export function returnDefaultResult(): void {
  if (returned || !wanted) return;
  const value = defaultResult?.();
  if (value !== undefined) handOver(value);
}

function handOver(value: unknown): void {
  const bytes = serialize(value);
  returned = true;
  const result = syscall(SYS.return_value, bytes);
  if (result < 0) throw new Error(`the result could not be handed over: errno ${-result}`);
}

export function defineGlobal(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
}
