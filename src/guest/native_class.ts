/**
 * Makes a class of asynchronous resources behave as one of Node's native classes: its methods and accessors refuse any
 * receiver that is no instance of it.
 */
import { AsyncResource } from "./async_resource.ts";

const { apply, defineProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;
const isAbove = Object.prototype.isPrototypeOf;

function guarded(method: Function, prototype: object, name: PropertyKey): Function {
  // A method: as a native one, it has no prototype.
  const { guard } = {
    guard(this: unknown, ...args: unknown[]): unknown {
      if (!AsyncResource.is(this) || !apply(isAbove, prototype, [this])) throw new TypeError("Illegal invocation");
      return apply(method, this, args);
    },
  };
  defineProperty(guard, "name", { value: name, configurable: true });
  return guard;
}

/** Guards what `Class` itself defines; its base classes have guards of their own. */
export function asNativeClass(Class: { prototype: object }): void {
  const { prototype } = Class;
  for (const key of ownKeys(prototype)) {
    const property = getOwnPropertyDescriptor(prototype, key)!;
    if (key === "constructor") continue;
    for (const part of ["value", "get", "set"] as const)
      if (typeof property[part] === "function") property[part] = guarded(property[part], prototype, key) as never;
    defineProperty(prototype, key, property);
  }
}

asNativeClass(AsyncResource);
