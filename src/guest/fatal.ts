/**
 * The end of an uncaught exception, as Node's C++ prints it (ReportFatalException), on fd 2. A program may have replaced
 * every builtin there is before it throws: nothing here looks one up.
 */
import { SYS } from "../abi/syscalls.ts";
import { exitGroup } from "./base/exit.ts";
import { syscall } from "./base/native.ts";
import { reportUncaught } from "./bindings/report/binding.ts";
import type { Realm } from "./node22/realm.ts";
import { startedAs } from "./process.ts";

const kExitCode = 1;
const kHasExitCode = 2;

/** Writes all of `text`, blocking. Errors are nobody's to hear. */
export function writeStderr(text: string): void {
  const bytes = encodeUtf8(text);
  const { TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength } = primordials;
  const size = TypedArrayPrototypeGetByteLength(bytes);
  const memory = TypedArrayPrototypeGetBuffer(bytes);
  for (let offset = 0; offset < size; ) {
    const written = syscall(SYS.write, 2, new primordials.Uint8Array(memory, offset, size - offset));
    if (written <= 0) return;
    offset += written;
  }
}

let encodeUtf8: (text: string) => Uint8Array;
let primordials: any;

/** Registers the reporter with the engine. */
export function installFatalReporter(realm: Realm): void {
  const { process, require, internalBinding } = realm;
  primordials = realm.primordials;
  const { StringPrototypeEndsWith, StringPrototypeLastIndexOf, StringPrototypeSlice } = primordials;
  const { encodeUtf8String } = internalBinding("encoding_binding");
  encodeUtf8 = encodeUtf8String;
  const errors = internalBinding("errors");
  const { setReportFatal } = errors;
  delete errors.setReportFatal;
  const {
    arrow_message_private_symbol: arrowKey,
    decorated_private_symbol: decoratedKey,
    exit_info_private_symbol: exitInfoKey,
  } = internalBinding("util").privateSymbols;
  const { fatalExceptionStackEnhancers } = require("internal/errors");
  const { getOptionValue } = require("internal/options");
  const { noSideEffectsToString } = errors;

  setReportFatal((error: any, exitCode: number, arrow: string | undefined, thrownAt: string) => {
    let text = "";
    const isObject = (typeof error === "object" && error !== null) || typeof error === "function";
    // Unless the error itself carries the line of source that threw it.
    if (arrow && !(isObject && typeof error[arrowKey] === "string")) text += `\n${arrow}`;
    const { shown, hasStack } = isObject ? describe(error) : { shown: plainText(error), hasStack: false };
    text += `${shown}\n`;
    const traces = getOptionValue("--trace-uncaught");
    if (!hasStack && !traces)
      text += `(Use \`${commandName()} --trace-uncaught ...\` to show where the exception was thrown)\n`;
    if (traces && thrownAt !== "") text += `Thrown at:\n${thrownAt}\n`;
    writeStderr(text);
    reportUncaught(error);
    writeStderr(`\nNode.js v${startedAs().nodeVersion}\n`);
    const exitInfo = process[exitInfoKey];
    exitGroup(exitCode !== 0 ? exitCode : exitInfo[kHasExitCode] ? exitInfo[kExitCode] : 1);
  });

  /** The program's own name, as it was started. */
  function commandName(): string {
    const argv0 = startedAs().argv[0] || "node";
    const name = StringPrototypeSlice(argv0, StringPrototypeLastIndexOf(argv0, "/") + 1);
    return StringPrototypeEndsWith(name, ".exe") ? StringPrototypeSlice(name, 0, -".exe".length) : name;
  }

  /** What is no object as a string; a symbol has none. */
  function plainText(value: unknown): string {
    return typeof value === "symbol" ? "" : noSideEffectsToString(value);
  }

  /** The error's stack, made more telling where the library still can. */
  function enhancedStack(error: any): unknown {
    try {
      fatalExceptionStackEnhancers.beforeInspector(error);
      return fatalExceptionStackEnhancers.afterInspector(error);
    } catch {}
    try {
      return error.stack;
    } catch {}
    return undefined;
  }

  function describe(error: any): { shown: string; hasStack: boolean } {
    const shown = enhancedStack(error);
    const source = error[arrowKey];
    const prefix = typeof source === "string" && error[decoratedKey] !== true ? `${source}\n` : "";
    if (typeof shown === "string" && shown !== "") return { shown: prefix + shown, hasStack: true };
    try {
      const { name, message } = error;
      if (name !== undefined && message !== undefined)
        return { shown: `${prefix}${name}: ${message}`, hasStack: false };
    } catch {}
    return { shown: noSideEffectsToString(error), hasStack: false };
  }
}
