/** Socket addresses and lists of blocked ones (net.SocketAddress, net.BlockList): pure computation. */
import { formatAddress, parseIPv4, parseIPv6 } from "../base/ip_address.ts";
import { engine } from "../base/native.ts";
import {
  CLONEABLE,
  clone,
  type Description,
  describe,
  registerTransferable,
  transferMode,
} from "../base/transferable.ts";

const AF_INET = 2;
const AF_INET6 = 10;
const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

class SocketAddress {
  readonly #bytes: Uint8Array;
  readonly #port: number;
  readonly #family: number;
  readonly #flowLabel: number;
  readonly #zone: string;
  declare [transferMode]: number;

  constructor(address: string, port: number, family: number, flowLabel: number) {
    const [host, zone = ""] = family === AF_INET6 ? address.split("%", 2) : [address];
    const bytes = family === AF_INET6 ? parseIPv6(host!) : parseIPv4(host!);
    if (bytes === undefined) {
      const error = new Error("Invalid socket address") as Error & { code: string };
      error.code = "ERR_INVALID_ADDRESS";
      throw error;
    }
    this.#bytes = bytes;
    this.#port = port;
    this.#family = family;
    this.#flowLabel = family === AF_INET6 ? flowLabel : 0;
    this.#zone = zone;
    this[transferMode] = CLONEABLE;
  }

  [clone](): Description {
    const zone = this.#zone === "" ? "" : `%${this.#zone}`;
    return describe("SocketAddress", [SocketAddress.format(this) + zone, this.#port, this.#family, this.#flowLabel]);
  }

  detail(out: Record<string, unknown>): object {
    const [family, flowlabel] = [this.#family, this.#flowLabel];
    return Object.assign(out, { address: formatAddress(this.#bytes), port: this.#port, family, flowlabel });
  }

  legacyDetail(out: Record<string, unknown>): object {
    const zone = this.#zone === "" ? "" : `%${this.#zone}`;
    const family = this.#family === AF_INET6 ? "IPv6" : "IPv4";
    return Object.assign(out, { address: `${formatAddress(this.#bytes)}${zone}`, family, port: this.#port });
  }

  flowlabel(): number {
    return this.#flowLabel;
  }

  /** As `IPv4 1.2.3.4`. */
  static describe(address: SocketAddress): string {
    return `${address.#family === AF_INET6 ? "IPv6" : "IPv4"} ${SocketAddress.format(address)}`;
  }
  static format(address: SocketAddress): string {
    return formatAddress(address.#bytes);
  }

  /** The 16 bytes under which addresses compare: IPv4 ones as their IPv6-mapped form. */
  static key(address: SocketAddress): number[] {
    const bytes = [...address.#bytes];
    return address.#family === AF_INET6 ? bytes : [...MAPPED_PREFIX, ...bytes];
  }
  static isIPv4(address: SocketAddress): boolean {
    return address.#family === AF_INET;
  }
}

function compare(a: number[], b: number[]): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

function samePrefix(a: number[], b: number[], bits: number): boolean {
  const whole = bits >> 3;
  if (compare(a.slice(0, whole), b.slice(0, whole)) !== 0) return false;
  const mask = (0xff00 >> (bits & 7)) & 0xff;
  return mask === 0 || (a[whole]! & mask) === (b[whole]! & mask);
}

/** Addresses that begin with `bits` bits of `first`, or (without `bits`) lie from `first` to `last`. JSON. */
interface Rule {
  text: string;
  first: number[];
  last: number[];
  bits?: number;
}

function matches({ first, last, bits }: Rule, key: number[]): boolean {
  if (bits !== undefined) return samePrefix(key, first, bits);
  return compare(key, first) >= 0 && compare(key, last) <= 0;
}

/** Rules of lists that were cloned, by a name that no other process or thread has: clones share them. */
const sharedRules = new Map<string, WeakRef<Rule[]>>();
const names = new WeakMap<Rule[], string>();

function nameOf(rules: Rule[]): string {
  let name = names.get(rules);
  if (name === undefined) {
    name = `${engine.now()}-${Math.random()}`;
    for (const [old, list] of sharedRules) if (list.deref() === undefined) sharedRules.delete(old);
    names.set(rules, name);
    sharedRules.set(name, new WeakRef(rules));
  }
  return name;
}

class BlockList {
  /** The newest first. */
  readonly #rules: Rule[];
  declare [transferMode]: number;

  constructor(rules: Rule[] = []) {
    this.#rules = rules;
    this[transferMode] = CLONEABLE;
  }

  addAddress(address: SocketAddress): void {
    const own = SocketAddress.key(address);
    this.#rules.unshift({ text: `Address: ${SocketAddress.describe(address)}`, first: own, last: own });
  }

  /** @returns false when `start` comes after `end` */
  addRange(start: SocketAddress, end: SocketAddress): boolean {
    const [first, last] = [SocketAddress.key(start), SocketAddress.key(end)];
    const sameFamily = SocketAddress.isIPv4(start) === SocketAddress.isIPv4(end);
    if (sameFamily && compare(first, last) > 0) return false;
    this.#rules.unshift({ text: `Range: ${SocketAddress.describe(start)}-${SocketAddress.format(end)}`, first, last });
    return true;
  }

  addSubnet(network: SocketAddress, prefix: number): void {
    const own = SocketAddress.key(network);
    const bits = SocketAddress.isIPv4(network) ? 8 * MAPPED_PREFIX.length + prefix : prefix;
    this.#rules.unshift({ text: `Subnet: ${SocketAddress.describe(network)}/${prefix}`, first: own, last: own, bits });
  }

  check(address: SocketAddress): boolean {
    const key = SocketAddress.key(address);
    return this.#rules.some((rule) => matches(rule, key));
  }

  getRules(): string[] {
    return this.#rules.map(({ text }) => text);
  }

  [clone](): Description {
    return describe("BlockList", { name: nameOf(this.#rules), rules: this.#rules });
  }
}

registerTransferable("BlockList", ({ name, rules }: { name: string; rules: Rule[] }) => {
  return new BlockList(sharedRules.get(name)?.deref() ?? rules);
});
registerTransferable("SocketAddress", ([address, port, family, flowLabel]: [string, number, number, number]) => {
  return new SocketAddress(address, port, family, flowLabel);
});

export function createBlockList(): object {
  return { BlockList, SocketAddress, AF_INET, AF_INET6 };
}
