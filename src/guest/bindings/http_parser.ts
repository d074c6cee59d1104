/** The `http_parser` binding's part that hears streams: the parser itself, which only computes, is the engine's. */
import { AsyncResource } from "../base/async_resource.ts";
import { postCallback, UNSCOPED } from "../base/loop/posted.ts";
import { engine } from "../base/native.ts";
import { seed } from "../base/seed.ts";
import type { StreamBase, StreamListener } from "./stream/stream_base.ts";

/** What a stream that a parser has consumed reads goes to the parser, without the library between. */
class ParserListener implements StreamListener {
  readonly #parser: object;
  readonly stream: StreamBase;

  constructor(parser: object, stream: StreamBase) {
    this.#parser = parser;
    this.stream = stream;
  }

  /** @returns false for what is not the parser's business: errors and the end, which the stream tells as before */
  onRead(count: number, buffer: ArrayBuffer | undefined): boolean {
    if (count < 0) return false;
    if (count > 0) postCallback([this.stream, feed, UNSCOPED, 0, this.#parser, new Uint8Array(buffer!, 0, count)]);
    return true;
  }
}

let feed: (parser: object, bytes: Uint8Array) => void;
let setDefaultMaxHeaderSize: (bytes: number) => void;

const listeners = new WeakMap<object, ParserListener>();

const methods = {
  consume: engine.wrap(function (this: object, stream: unknown) {
    if (!AsyncResource.is(stream) || !("isStreamBase" in stream))
      return engine.failWith("TypeError", "The argument must be a stream", { code: "ERR_INVALID_ARG_TYPE" });
    unconsume(this);
    const listener = new ParserListener(this, stream as unknown as StreamBase);
    listeners.set(this, listener);
    listener.stream.pushListener(listener);
  }, "consume"),
  unconsume: engine.wrap(function (this: object) {
    unconsume(this);
  }, "unconsume"),
};

function unconsume(parser: object): void {
  const listener = listeners.get(parser);
  if (listener === undefined) return;
  listeners.delete(parser);
  listener.stream.removeListener(listener);
}

export function extendHttpParser(target: any): any {
  ({ feed, setDefaultMaxHeaderSize } = target);
  Reflect.deleteProperty(target, "feed");
  Reflect.deleteProperty(target, "setDefaultMaxHeaderSize");
  const { HTTPParser } = target;
  for (const [name, value] of Object.entries(methods))
    Object.defineProperty(HTTPParser.prototype, name, { value, writable: true, enumerable: true, configurable: true });
  Object.assign(HTTPParser, seed.httpParserConstants);
  return Object.assign(target, seed.bindingConstants.http_parser);
}

/** What --max-http-header-size says; the binding has been made. */
export function limitHeaderSize(bytes: number): void {
  setDefaultMaxHeaderSize(bytes);
}
