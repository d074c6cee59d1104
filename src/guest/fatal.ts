/** The end of an uncaught exception, as Node's C++ prints it (ReportFatalException), on fd 2. */
import { SYS } from "../abi/syscalls.ts";
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
    text += `\nNode.js ${process.version}\n`;
    writeStderr(text);
    exitGroup(exitCode !== 0 ? exitCode : (process.exitCode ?? 1));
  });

  /** The program's own name, as it was started. */
  function commandName(): string {
    const argv0 = String(process.argv0 || "node");
    return argv0.slice(argv0.lastIndexOf("/") + 1).replace(/\.exe$/, "");
  }

  /** What is no object as a string; a symbol has none. */
  function plainText(value: unknown): string {
    return typeof value === "symbol" ? "" : noSideEffectsToString(value);
  }

  function describe(error: any): { shown: string; hasStack: boolean } {
    let shown: unknown;
    try {
      fatalExceptionStackEnhancers.beforeInspector(error);
      shown = fatalExceptionStackEnhancers.afterInspector(error);
    } catch {
      shown = undefined;
    }
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
