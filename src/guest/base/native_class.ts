/**
 * Makes a class of asynchronous resources behave as one of Node's native classes: its methods and accessors refuse any
 * receiver that is no instance of it.
 */
import { AsyncResource } from "./async_resource.ts";
import { engine } from "./native.ts";

const { apply, defineProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;
const isAbove = Object.prototype.isPrototypeOf;

/** What Node's classes do not have: only this bundle calls it. */
const INTERNAL = new Set<PropertyKey>([
  "adopt",
  "completeShutdown",
  "completeWrite",
  "constructor",
  "countWritten",
  "deliver",
  "emitRead",
  "isOpen",
  "onClose",
  "pushListener",
  "removeListener",
  "provider",
  "setActive",
  "writeChunks",
]);

function guarded(method: Function, prototype: object, name: PropertyKey): Function {
  const guard = function (this: unknown, ...args: unknown[]): unknown {
    if (!AsyncResource.is(this) || !apply(isAbove, prototype, [this]))
      return engine.failWith("TypeError", "Illegal invocation", {});
    return apply(method, this, args);
  };
  return engine.wrap(guard, String(name));
}

/** Guards what `Class` itself defines; its base classes have guards of their own. */
export function asNativeClass(Class: { prototype: object }): void {
  const { prototype } = Class;
  for (const key of ownKeys(prototype)) {
    const property = getOwnPropertyDescriptor(prototype, key)!;
    if (INTERNAL.has(key) || typeof key === "symbol") continue;
    for (const part of ["value", "get", "set"] as const)
      if (typeof property[part] === "function") property[part] = guarded(property[part], prototype, key) as never;
    defineProperty(prototype, key, property);
  }
}

asNativeClass(AsyncResource);
