/**
 * Bindings whose world this system does not have yet. Node's library loads over them; what needs them throws an error
 * that says so.
 */
import { seed } from "../base/seed.ts";

interface Shape {
  values: Record<string, unknown>;
  functions: string[];
  /** Class name → names of its methods. */
  classes: Record<string, string[]>;
  /** Name → class and length of a typed array. */
  arrays: Record<string, [className: string, length: number]>;
}

/** What the library calls while a module loads: to say what is to be called back later, which never happens. */
const CALLED_AT_LOAD = new Set(["http2.setCallbackFunctions"]);

export function unavailable(what: string): Error {
  const error = new Error(`${what} is not available in this runtime yet`) as Error & { code: string };
  error.code = "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM";
  return error;
}

export function createUnavailable(name: string): object | undefined {
  const shape = seed.unavailable[name] as Shape | undefined;
  if (shape === undefined) return undefined;
  const target: Record<string, unknown> = { ...shape.values };
  for (const key of shape.functions) {
    const fn = () => {
      if (!CALLED_AT_LOAD.has(`${name}.${key}`)) throw unavailable(`${name}.${key}`);
    };
    target[key] = Object.defineProperty(fn, "name", { value: key });
  }
  for (const [key, methods] of Object.entries(shape.classes)) {
    const klass = class {
      constructor() {
        throw unavailable(`${name}.${key}`);
      }
    } as unknown as { prototype: Record<string, unknown> };
    Object.defineProperty(klass, "name", { value: key });
    for (const method of methods)
      klass.prototype[method] = () => {
        throw unavailable(`${name}.${key}.${method}`);
      };
    target[key] = klass;
  }
  for (const [key, [className, length]] of Object.entries(shape.arrays))
    target[key] = new (globalThis as any)[className](length);
  return target;
}
