/** The end of an uncaught exception, as Node's C++ prints it (ReportFatalException), on fd 2. */
import { SYS } from "../kernel/syscalls/numbers.ts";
import { exitGroup } from "./exit.ts";
import { syscall } from "./native.ts";
import type { Realm } from "./realm.ts";

/** Writes all of `text`, blocking. Errors are nobody's to hear. */
export function writeStderr(text: string): void {
  const bytes = encodeUtf8(text);
  let offset = 0;
  while (offset < bytes.length) {
    const written = syscall(SYS.write, 2, bytes.subarray(offset));
    if (written <= 0) return;
    offset += written;
  }
}

let encodeUtf8: (text: string) => Uint8Array;

/** Registers the reporter with the engine. */
export function installFatalReporter(realm: Realm): void {
  const { process, require, internalBinding } = realm;
  const { encodeUtf8String } = internalBinding("encoding_binding");
  encodeUtf8 = encodeUtf8String;
  const errors = internalBinding("errors");
  const { setReportFatal } = errors;
  delete errors.setReportFatal;
  const { arrow_message_private_symbol: arrowKey, decorated_private_symbol: decoratedKey } =
    internalBinding("util").privateSymbols;
  const { fatalExceptionStackEnhancers } = require("internal/errors");
  const { getOptionValue } = require("internal/options");
  const { noSideEffectsToString } = errors;

  setReportFatal((error: any, exitCode: number, arrow: string | undefined) => {
    let text = "";
    const isObject = (typeof error === "object" && error !== null) || typeof error === "function";
    // Unless the error itself carries the line of source that threw it.
    if (arrow && !(isObject && typeof error[arrowKey] === "string")) text += `\n${arrow}`;
    text += isObject ? describe(error) : `${noSideEffectsToString(error)}\n`;
    if (getOptionValue("--trace-uncaught") && isObject && typeof error.stack === "string")
      text += `Thrown at:\n${String(error.stack).split("\n").slice(1).join("\n")}\n`;
    else if (!isObject) text += "(Use `node --trace-uncaught ...` to show where the exception was thrown)\n";
    text += `\nNode.js ${process.version}\n`;
    writeStderr(text);
    exitGroup(exitCode !== 0 ? exitCode : (process.exitCode ?? 1));
  });

  function describe(error: any): string {
    let shown: unknown;
    try {
      fatalExceptionStackEnhancers.beforeInspector(error);
      shown = fatalExceptionStackEnhancers.afterInspector(error);
    } catch {
      shown = undefined;
    }
    const source = error[arrowKey];
    const prefix = typeof source === "string" && error[decoratedKey] !== true ? `${source}\n` : "";
    if (typeof shown === "string" && shown !== "") return `${prefix}${shown}\n`;
    try {
      const { name, message } = error;
      if (name !== undefined && message !== undefined) return `${prefix}${name}: ${message}\n`;
    } catch {}
    return `${prefix}${noSideEffectsToString(error)}\n`;
  }
}
