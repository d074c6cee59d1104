/** Name resolution (Node's cares_wrap). There is no network yet: queries end in ENOTIMP, settings and parsing work. */
import { AsyncResource } from "../base/async_resource.ts";
import { formatAddress, parseIPv4, parseIPv6 } from "../base/ip_address.ts";
import { Request } from "../base/loop/request.ts";
import { seed } from "../base/seed.ts";
import { ENOSYS } from "./not_implemented.ts";

/** [4 or 6, address, port] */
type Server = [number, string, number];
const DNS_PORT = 53;
const ARES_SUCCESS = 0;
const ARES_EBADSTR = 17;
/** Of Node: the servers cannot change while queries are under way. */
const DNS_ESETSRVPENDING = -1000;

class GetAddrInfoReqWrap extends Request {
  constructor() {
    super("GETADDRINFOREQWRAP");
  }
}
class GetNameInfoReqWrap extends Request {
  constructor() {
    super("GETNAMEINFOREQWRAP");
  }
}
class QueryReqWrap extends Request {
  declare oncomplete?: (error: string) => void;
  constructor() {
    super("QUERYWRAP");
  }
}

class ChannelWrap extends AsyncResource {
  #servers: Array<[string, number]> = [["127.0.0.1", DNS_PORT]];
  pendingQueries = 0;

  constructor() {
    super("DNSCHANNEL");
  }
  getServers(): Array<[string, number]> {
    return this.#servers;
  }
  setServers(servers: Server[]): number {
    if (this.pendingQueries > 0) return DNS_ESETSRVPENDING;
    const parsed: Array<[string, number]> = [];
    for (const [family, address, port] of servers) {
      const bytes = family === 6 ? parseIPv6(address) : parseIPv4(address);
      if (bytes === undefined) return ARES_EBADSTR;
      parsed.push([formatAddress(bytes), port]);
    }
    this.#servers = parsed;
    return ARES_SUCCESS;
  }
  setLocalAddress(first: string, second: string | undefined): void {
    const families = [first, second].filter((address) => address !== undefined).map(familyOf);
    if (families.includes(undefined)) throw coded("ERR_INVALID_ARG_VALUE", "Invalid IP address.");
    if (families.length === 2 && families[0] === families[1]) {
      const version = families[0] === 4 ? "IPv4" : "IPv6";
      throw coded("ERR_INVALID_ARG_VALUE", `Cannot specify two ${version} addresses.`);
    }
  }
  cancel(): void {}
}

const QUERY_TYPES = ["Any", "A", "Aaaa", "Caa", "Cname", "Mx", "Naptr", "Ns", "Ptr", "Srv", "Soa", "Tlsa", "Txt"];

/** A query of any type: there is no name server to ask, which the resolver reports as one that cannot answer. */
function query(this: ChannelWrap, request: QueryReqWrap): number {
  this.pendingQueries++;
  request.completeLater(() => {
    this.pendingQueries--;
    return AsyncResource.callback(request, request, request.oncomplete, "ENOTIMP");
  });
  return 0;
}
for (const name of [...QUERY_TYPES.map((type) => `query${type}`), "getHostByAddr"])
  Object.defineProperty(ChannelWrap.prototype, name, { value: query, writable: true, configurable: true });

function coded(code: string, message: string): Error {
  const error = new Error(message) as Error & { code: string };
  error.code = code;
  return error;
}

function parse(address: string): Uint8Array | undefined {
  return parseIPv4(address) ?? parseIPv6(address);
}
function familyOf(address: string): 4 | 6 | undefined {
  const bytes = parse(address);
  return bytes === undefined ? undefined : bytes.length === 4 ? 4 : 6;
}

export function createCaresWrap(): object {
  return {
    ...seed.bindingConstants.cares_wrap,
    getaddrinfo: () => ENOSYS,
    getnameinfo: () => ENOSYS,
    canonicalizeIP: (address: string) => {
      const bytes = parse(String(address));
      return bytes && formatAddress(bytes);
    },
    convertIpv6StringToBuffer: (address: string) => {
      const bytes = parseIPv6(String(address));
      return bytes ? (globalThis as any).Buffer.from(bytes) : null;
    },
    strerror: (status: number) =>
      status === DNS_ESETSRVPENDING ? "There are pending queries." : (seed.dnsErrors[status] ?? "unknown"),
    GetAddrInfoReqWrap,
    GetNameInfoReqWrap,
    QueryReqWrap,
    ChannelWrap,
  };
}
