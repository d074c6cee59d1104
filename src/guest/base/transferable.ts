/**
 * Which objects of bindings travel in messages (structuredClone, MessagePort): as with Node's native ones, none unless
 * its class says so. One that does describes itself by `clone` or `transfer`.
 */
import { engine } from "./native.ts";

export const DISALLOWED = 0;
export const TRANSFERABLE = 1;
export const CLONEABLE = 2;

const { privateSymbols } = engine.binding("util");
const symbols = engine.binding("symbols");

/** The key under which an object carries its mode. A private symbol: nobody sees it. */
export const transferMode: unique symbol = privateSymbols.transfer_mode_private_symbol;
/** Keys of the methods, which return a `Description`. */
export const transfer: unique symbol = symbols.messaging_transfer_symbol;
export const clone: unique symbol = symbols.messaging_clone_symbol;

/**
 * What the engine writes. All is in `deserializeInfo`: objects of the library, which take what is nested in them as they
 * are made anew, must find it complete.
 */
export interface Description {
  data: undefined;
  deserializeInfo: string;
}

/** No module of the library has such a name. */
const PREFIX = "binding:";
const makers = new Map<string, (data: any) => object>();

/** `make` gets the data of a description of that name. */
export function registerTransferable(name: string, make: (data: any) => object): void {
  makers.set(name, make);
}

/** @param data as JSON can hold it */
export function describe(name: string, data: unknown): Description {
  return { data: undefined, deserializeInfo: PREFIX + JSON.stringify([name, data]) };
}

function makeAnew(info: string): object {
  const [name, data] = JSON.parse(info.slice(PREFIX.length));
  return makers.get(name)!(data);
}

/** The MessagePorts that keep the process alive. */
export let activePortList: () => object[] = () => [];

/** Extends the binding that the library tells how its own objects are made anew. */
export function extendMessaging(target: any): any {
  const { setDeserializerCreateObjectFunction, activePorts } = target;
  activePortList = activePorts;
  Reflect.deleteProperty(target, "activePorts");
  target.setDeserializerCreateObjectFunction = (create: (info: string) => object) => {
    setDeserializerCreateObjectFunction((info: string) => (info.startsWith(PREFIX) ? makeAnew(info) : create(info)));
  };
  return target;
}
