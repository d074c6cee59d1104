/**
 * Asynchronous resources made by bindings (Node's AsyncWrap): ids, the init and destroy hooks, and callbacks in their
 * context.
 */
import { setCheckCallback } from "./loop/loop.ts";
import { postCallback } from "./loop/posted.ts";
import { type Callback, engine } from "./native.ts";
import { DISALLOWED, transferMode } from "./transferable.ts";

interface AsyncWrapBinding {
  async_hook_fields: Uint32Array;
  async_id_fields: Float64Array;
  constants: Record<string, number>;
  Providers: Record<string, number>;
  queueDestroyAsyncId(id: number): void;
  runDestroyHooks(): void;
  setupHooks(hooks: AsyncHooks): void;
}
interface AsyncHooks {
  init(asyncId: number, type: string, triggerAsyncId: number, resource: object): void;
}

let binding: AsyncWrapBinding;
let hooks: AsyncHooks | undefined;

/** Takes the native binding, and notes the hooks that Node's library installs. */
export function adoptAsyncWrapBinding(target: AsyncWrapBinding): AsyncWrapBinding {
  binding = target;
  const { setupHooks, runDestroyHooks } = target;
  Reflect.deleteProperty(target, "runDestroyHooks");
  setCheckCallback(runDestroyHooks);
  target.setupHooks = (installed) => {
    hooks = installed;
    setupHooks(installed);
  };
  return target;
}

// No spread here: programs may delete Array.prototype[Symbol.iterator].
const { apply } = Reflect;

/** Makes a callback within the one under way; most are given to the event loop instead. */
export const makeCallback = (callback: Callback): unknown => apply(engine.makeCallback, undefined, callback);

export class AsyncResource {
  #asyncId = -1;
  #triggerAsyncId = 0;
  readonly #provider: string;
  declare [transferMode]: number;

  /** @param isActive whether it is a resource from the start; otherwise once it is given to activate() */
  constructor(provider: string, isActive = true) {
    this.#provider = provider;
    this[transferMode] = DISALLOWED;
    if (isActive) this.#identify(this);
  }

  /** Makes a resource, if it is none yet, of an object that the library made beforehand. `cause` triggers it. */
  static activate(resource: AsyncResource, cause: AsyncResource): void {
    if (resource.#asyncId < 0) resource.#identify(resource, cause.#asyncId);
  }

  /** Gives the resource a new identity, as a reused request gets one. */
  asyncReset(resource: object = this): void {
    if (this.#asyncId > 0) binding.queueDestroyAsyncId(this.#asyncId);
    this.#identify(resource);
  }

  #identify(resource: object, trigger?: number): void {
    const { constants, async_id_fields: ids, async_hook_fields: fields } = binding;
    this.#asyncId = ++ids[constants.kAsyncIdCounter!]!;
    const fallback = ids[constants.kDefaultTriggerAsyncId!]!;
    this.#triggerAsyncId = trigger ?? (fallback < 0 ? ids[constants.kExecutionAsyncId!]! : fallback);
    if (fields[constants.kInit!]! > 0 && hooks !== undefined)
      hooks.init(this.#asyncId, this.#provider, this.#triggerAsyncId, resource);
  }

  static is(value: unknown): value is AsyncResource {
    return typeof value === "object" && value !== null && #asyncId in value;
  }

  /** Its type, as async_hooks tell it. */
  get provider(): string {
    return this.#provider;
  }

  getAsyncId(): number {
    return this.#asyncId;
  }

  getProviderType(): number {
    return binding.Providers[this.#provider] ?? 0;
  }

  /** Calls `fn` with this resource's context; errors go to the process's handling. */
  static call(resource: AsyncResource, receiver: object, fn: unknown, ...args: unknown[]): unknown {
    return typeof fn === "function" ? makeCallback(AsyncResource.#list(resource, receiver, fn, args)) : undefined;
  }

  /** The same, made by the event loop once its step under way has returned. */
  static post(resource: AsyncResource, receiver: object, fn: unknown, ...args: unknown[]): void {
    if (typeof fn === "function") postCallback(AsyncResource.#list(resource, receiver, fn, args));
  }

  /** The same as something for the event loop to do: the call then has nothing of this bundle on its stack. */
  static callback(resource: AsyncResource, receiver: object, fn: unknown, ...args: unknown[]): Callback | undefined {
    return typeof fn === "function" ? AsyncResource.#list(resource, receiver, fn, args) : undefined;
  }

  static #list(resource: AsyncResource, receiver: object, fn: Function, args: readonly unknown[]): Callback {
    const call: Callback = [receiver, fn, resource.#asyncId, resource.#triggerAsyncId];
    for (let i = 0; i < args.length; i++) call[i + 4] = args[i];
    return call;
  }

  static destroy(resource: AsyncResource): void {
    if (resource.#asyncId > 0) binding.queueDestroyAsyncId(resource.#asyncId);
    resource.#asyncId = -1;
  }
}
