/** The `v8` binding's flags. V8's own are one set for all processes: a process can have few of them for itself. */

import { engine } from "../base/native.ts";
import { v8FlagName } from "../command_line/options.ts";
import { writeStderr } from "../fatal.ts";

/** Flags that trade speed for memory, or set bounds that the host has set already: taken, to no effect. */
const IGNORED = new Set([
  "always-sparkplug",
  "compilation-cache",
  "concurrent-recompilation",
  "flush-bytecode",
  "lazy",
  "maglev",
  "max-heap-size",
  "max-lazy",
  "max-old-space-size",
  "max-semi-space-size",
  "min-semi-space-size",
  "opt",
  "optimize-for-size",
  "semi-space-growth-factor",
  "sparkplug",
  "stack-size",
  "stack-trace-limit",
  "turbofan",
]);

function setFlag(text: string): void {
  const name = v8FlagName(text.replaceAll("_", "-").replace(/=.*/s, ""));
  if (name === undefined) {
    writeStderr(`Error: unrecognized flag ${text}\nTry --help for options\n`);
    return;
  }
  const positive = name.replace(/^no-/, "");
  if (positive === "expose-gc") {
    engine.exposeGc(name === positive, false);
  } else if (!IGNORED.has(positive)) {
    const code = "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM";
    engine.failWith("Error", `The V8 flag ${text} is not available in this runtime`, { code });
  }
}

export function extendV8(target: any): any {
  target.setFlagsFromString = engine.wrap((flags: string) => {
    for (const flag of flags.split(" ")) if (flag.startsWith("-")) setFlag(flag);
  }, "setFlagsFromString");
  return target;
}
