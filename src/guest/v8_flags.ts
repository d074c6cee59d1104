/** The options that change JavaScript itself, as far as one guest can have them for itself. */
import { codedError } from "./coded_error.ts";
import { engine } from "./native.ts";
import { OptionError, type OptionValues } from "./options.ts";

/**
 * Applies options of V8 and --disable-proto to this process, before any of its code runs.
 * @throws OptionError when a value is not one of those that exist
 */
export function applyLanguageOptions(v8Flags: ReadonlyMap<string, string>, values: OptionValues): void {
  if (v8Flags.has("expose-gc")) exposeGc();
  Error.stackTraceLimit = Number(values["--stack-trace-limit"]);
  if (v8Flags.has("disallow-code-generation-from-strings")) engine.disallowCodeGeneration();
  disableProto(values["--disable-proto"]);
}

function exposeGc(): void {
  Object.defineProperty(globalThis, "gc", {
    value: function gc() {
      engine.collectGarbage();
    },
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

function disableProto(mode: unknown): void {
  if (mode === "" || mode === undefined) return;
  const { prototype } = Object;
  if (mode === "delete") {
    Reflect.deleteProperty(prototype, "__proto__");
  } else if (mode === "throw") {
    const refuse = engine.wrap(() => {
      const message = "Accessing Object.prototype.__proto__ has been disallowed with --disable-proto=throw";
      throw codedError(Error, "ERR_PROTO_ACCESS", message);
    }, "__proto__");
    Object.defineProperty(prototype, "__proto__", { get: refuse, set: refuse, enumerable: false });
  } else {
    throw new OptionError("invalid mode passed to --disable-proto");
  }
}
