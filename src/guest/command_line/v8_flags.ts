/** The options that change JavaScript itself, as far as one guest can have them for itself. */
import { engine } from "../base/native.ts";
import { OptionError, type OptionValues } from "./options.ts";

/**
 * Applies options of V8 and --disable-proto to this process, before any of its code runs.
 * @throws OptionError when a value is not one of those that exist
 */
export function applyLanguageOptions(v8Flags: ReadonlyMap<string, string>, values: OptionValues): void {
  if (v8Flags.has("expose-gc")) engine.exposeGc(true, true);
  Error.stackTraceLimit = Number(values["--stack-trace-limit"]);
  if (values["--trace-uncaught"]) engine.traceUncaught();
  if (v8Flags.has("disallow-code-generation-from-strings")) engine.disallowCodeGeneration();
  disableProto(values["--disable-proto"]);
}

/** Node's ExitCode::kInvalidCommandLineArgument2. */
const EXIT_INVALID_ARGUMENT = 12;

function disableProto(mode: unknown): void {
  if (mode === "" || mode === undefined) return;
  if (mode !== "delete" && mode !== "throw")
    throw new OptionError("invalid mode passed to --disable-proto", EXIT_INVALID_ARGUMENT);
  engine.disableProto(mode);
}
