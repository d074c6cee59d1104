/** Socket addresses and lists of blocked ones (net.SocketAddress, net.BlockList): pure computation. */
import { formatAddress, parseIPv4, parseIPv6 } from "../ip_address.ts";

const AF_INET = 2;
const AF_INET6 = 10;
const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

class SocketAddress {
  readonly #bytes: Uint8Array;
  readonly #port: number;
  readonly #family: number;
  readonly #flowLabel: number;
  readonly #zone: string;

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
  static key(address: SocketAddress): Uint8Array {
    return address.#family === AF_INET6 ? address.#bytes : Uint8Array.of(...MAPPED_PREFIX, ...address.#bytes);
  }
  static isIPv4(address: SocketAddress): boolean {
    return address.#family === AF_INET;
  }
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

function samePrefix(a: Uint8Array, b: Uint8Array, bits: number): boolean {
  const whole = bits >> 3;
  if (compare(a.subarray(0, whole), b.subarray(0, whole)) !== 0) return false;
  const mask = (0xff00 >> (bits & 7)) & 0xff;
  return mask === 0 || (a[whole]! & mask) === (b[whole]! & mask);
}

interface Rule {
  text: string;
  matches(key: Uint8Array): boolean;
}

class BlockList {
  /** The newest first. */
  readonly #rules: Rule[] = [];

  addAddress(address: SocketAddress): void {
    const own = SocketAddress.key(address);
    this.#add(`Address: ${SocketAddress.describe(address)}`, (key) => compare(key, own) === 0);
  }

  /** @returns false when `start` comes after `end` */
  addRange(start: SocketAddress, end: SocketAddress): boolean {
    const [first, last] = [SocketAddress.key(start), SocketAddress.key(end)];
    const sameFamily = SocketAddress.isIPv4(start) === SocketAddress.isIPv4(end);
    if (sameFamily && compare(first, last) > 0) return false;
    const matches = (key: Uint8Array) => compare(key, first) >= 0 && compare(key, last) <= 0;
    this.#add(`Range: ${SocketAddress.describe(start)}-${SocketAddress.format(end)}`, matches);
    return true;
  }

  addSubnet(network: SocketAddress, prefix: number): void {
    const own = SocketAddress.key(network);
    const bits = SocketAddress.isIPv4(network) ? 8 * MAPPED_PREFIX.length + prefix : prefix;
    this.#add(`Subnet: ${SocketAddress.describe(network)}/${prefix}`, (key) => samePrefix(key, own, bits));
  }

  check(address: SocketAddress): boolean {
    const key = SocketAddress.key(address);
    return this.#rules.some((rule) => rule.matches(key));
  }

  getRules(): string[] {
    return this.#rules.map(({ text }) => text);
  }

  #add(text: string, matches: Rule["matches"]): void {
    this.#rules.unshift({ text, matches });
  }
}

export function createBlockList(): object {
  return { BlockList, SocketAddress, AF_INET, AF_INET6 };
}
