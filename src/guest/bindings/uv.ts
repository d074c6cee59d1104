import { seed } from "../base/seed.ts";
import { getOptionValue } from "./options.ts";

export function createUv(): object {
  const errors = new Map(seed.uvErrors);
  let warned = false;
  const binding = {
    errname: (errno: number) => {
      if (!warned && getOptionValue("--pending-deprecation")) {
        warned = true;
        (globalThis as any).process.emitWarning(
          "Directly calling process.binding('uv').errname(<val>) is being deprecated. Please make sure to use " +
            "util.getSystemErrorName() instead.",
          "DeprecationWarning",
          "DEP0119",
        );
      }
      return errors.get(errno)?.[0] ?? `Unknown system error ${errno}`;
    },
    getErrorMap: () => new Map(seed.uvErrors),
    getErrorMessage: (errno: number) => errors.get(errno)?.[1] ?? `Unknown system error ${errno}`,
  };
  for (const [name, value] of Object.entries(seed.uvConstants))
    Object.defineProperty(binding, name, { value, writable: false, enumerable: true, configurable: false });
  return binding;
}
