/** Node's own library, for the bindings that need a part of it, once it is booted. */
let requireInternal: (id: string) => any;

export function useLibrary(require: (id: string) => any): void {
  requireInternal = require;
}

/** A module of the library, public or internal. */
export function library(id: string): any {
  return requireInternal(id);
}
