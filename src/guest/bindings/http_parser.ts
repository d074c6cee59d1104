/** The HTTP parser's binding. There are no connections yet: parsers can be made and ended, parsing throws. */
import { AsyncResource } from "../async_resource.ts";
import { seed } from "../seed.ts";
import { unavailable } from "./unavailable.ts";

class HTTPParser extends AsyncResource {
  constructor() {
    super("HTTPINCOMINGMESSAGE");
  }
  close(): void {}
  free(): void {}
  remove(): void {}
  initialize(): void {}
  /** The end of a message of which nothing came: no error. */
  finish(): void {}
  pause(): void {}
  resume(): void {}
  unconsume(): void {}
  getCurrentBuffer(): undefined {}
}
for (const name of ["execute", "consume"])
  Object.defineProperty(HTTPParser.prototype, name, {
    value: () => {
      throw unavailable(`http_parser.HTTPParser.${name}`);
    },
    writable: true,
    configurable: true,
  });

/** The connections of a server; parsers enter themselves, so that it is empty as long as none can start. */
class ConnectionsList {
  all(): HTTPParser[] {
    return [];
  }
  idle(): HTTPParser[] {
    return [];
  }
  active(): HTTPParser[] {
    return [];
  }
  expired(): HTTPParser[] {
    return [];
  }
}

export function createHttpParser(): object {
  Object.assign(HTTPParser, seed.httpParserConstants);
  return { ...seed.bindingConstants.http_parser, HTTPParser, ConnectionsList };
}
