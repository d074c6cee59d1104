/** A call as Node's library made it. */
export interface RecordedCall {
  readonly name: string;
  readonly fn: any;
  readonly isConstruct: boolean;
  readonly self: any;
  readonly args: readonly any[];
  result: any;
}

/**
 * Calls `use` and records what it and Node's library below it call in a binding. Functions that the library took before
 * are not seen; methods of prototypes always are.
 */
export function record(binding: any, use: () => void): RecordedCall[] {
  const calls: RecordedCall[] = [];
  const undo: (() => void)[] = [];
  const keep = (name: string, fn: any, isConstruct: boolean, self: any, args: any[], perform: () => any): any => {
    const call: RecordedCall = { name, fn, isConstruct, self, args: [...args], result: undefined };
    if (calls.length < 200) calls.push(call);
    call.result = perform();
    return call.result;
  };
  const replace = (owner: any, key: PropertyKey, name: string): void => {
    const descriptor = Object.getOwnPropertyDescriptor(owner, key);
    const fn = descriptor?.value;
    if (typeof fn !== "function" || !descriptor?.configurable || key === "constructor") return;
    const value = new Proxy(fn, {
      apply: (_, self, args) => keep(name, fn, false, self, args, () => Reflect.apply(fn, self, args)),
      construct: (_, args, newTarget) =>
        keep(name, fn, true, undefined, args, () => Reflect.construct(fn, args, newTarget)),
    });
    Object.defineProperty(owner, key, { ...descriptor, value });
    undo.push(() => Object.defineProperty(owner, key, descriptor));
    const { prototype } = fn;
    if (prototype)
      for (const method of Reflect.ownKeys(prototype)) replace(prototype, method, `${name}.${String(method)}`);
  };
  for (const key of Reflect.ownKeys(binding)) replace(binding, key, `.${String(key)}`);
  try {
    use();
  } catch {
    // What it called until then is of use too.
  }
  for (const restore of undo) restore();
  return calls;
}
