import { ERRNO } from "../../abi/errno.ts";
/** "Function not implemented": what calls answer whose world the system does not have yet. */
export const ENOSYS = -ERRNO.ENOSYS;

/** Adds methods to a class that do nothing but answer `errno`. */
export function notImplemented(target: { prototype: object }, methods: readonly string[], errno = ENOSYS): void {
  for (const name of methods) {
    const { [name]: method } = { [name]: () => errno };
    Object.defineProperty(target.prototype, name, {
      value: method,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  }
}
