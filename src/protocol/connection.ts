import { codedError, decodeError, encodeError, ProtocolError } from "./errors.ts";
import { encodeFrame, FrameDecoder } from "./frame.ts";
import { isMessage, type Message, type Payload, PROTOCOL_VERSION, type Response } from "./messages.ts";
import { IncomingStream, OutgoingStream, STREAM_CHUNK } from "./stream.ts";
import type { Transport } from "./transport.ts";

/** Up to this many bytes a payload travels in the message itself; beyond, in a stream. */
const INLINE_PAYLOAD_BYTES = STREAM_CHUNK;

export interface ConnectionOptions {
  /** Which ids this side gives its streams: the host even ones, the VM odd ones. */
  side: "host" | "vm";
  /** Answers a request; what it throws becomes the response's error. Streams in `params` are accepted synchronously. */
  onRequest?(method: string, params: any): unknown;
  onEvent?(name: string, params: any): void;
  /** Called once, when everything pending was rejected; with an error unless the close was orderly. */
  onClose(error?: Error): void;
  /**
   * What to reject with that the close leaves unanswered. Default: an error with code ERR_CONNECTION_CLOSED.
   * @param cause why it closed, unless that was orderly
   */
  closeError?(cause?: Error): Error;
}

interface Pending {
  resolve(result: any): void;
  reject(error: Error): void;
}

/** One side of the protocol: requests, events and streams over a transport. Both sides are equal. */
export class Connection {
  readonly #transport: Transport;
  readonly #options: ConnectionOptions;
  readonly #decoder = new FrameDecoder();
  readonly #pending = new Map<number, Pending>();
  readonly #incoming = new Map<number, IncomingStream>();
  readonly #outgoing = new Map<number, OutgoingStream>();
  #nextRequest = 1;
  #nextStream: number;
  #greeted = false;
  #closed = false;
  #closeCause: Error | undefined;

  constructor(transport: Transport, options: ConnectionOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#nextStream = options.side === "host" ? 2 : 1;
    this.#send({ type: "hello", protocol: PROTOCOL_VERSION });
    transport.receive({
      data: (chunk) => this.#receive(chunk),
      close: (error) =>
        this.#close(error ?? (this.#decoder.idle ? undefined : new ProtocolError("A frame is cut off"))),
    });
  }

  /**
   * Resolves with the other side's result; rejects with its error, or when the connection closes.
   * @param receive turns the result into what is wanted, while the response is handled: to accept streams in it
   */
  request<T>(method: string, params: unknown, receive = (result: any): T | Promise<T> => result): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.#closeError());
      const id = this.#nextRequest++;
      this.#send({ type: "request", id, method, params });
      this.#pending.set(id, { resolve: (result) => resolve(this.#watch(receive(result))), reject });
    });
  }

  /** What an answer turns out to be later closes the connection, too, if it breaks the protocol. */
  #watch<T>(received: T | Promise<T>): T | Promise<T> {
    if (!(received instanceof Promise)) return received;
    return received.catch((error) => {
      if (error instanceof ProtocolError) this.#abort(error);
      throw error;
    });
  }

  event(name: string, params: unknown): void {
    this.#send({ type: "event", name, params });
  }

  /** A new stream to the other side, which learns its id from a message. */
  openStream(): OutgoingStream {
    const stream = new OutgoingStream(this.#nextStream, (message) => this.#sendStream(message));
    this.#nextStream += 2;
    if (!this.#closed) this.#outgoing.set(stream.id, stream);
    return stream;
  }

  /**
   * The receiving end of a stream that the other side opened. Call it while its message is handled: data may follow.
   * @throws ProtocolError if the other side can have no such stream
   */
  acceptStream(id: number): IncomingStream {
    if (id % 2 === this.#nextStream % 2) throw new ProtocolError(`Stream ${id} is not the other side's`);
    if (this.#incoming.has(id)) throw new ProtocolError(`Stream ${id} is in use`);
    const stream = new IncomingStream(id, (message) => this.#sendStream(message));
    this.#incoming.set(id, stream);
    return stream;
  }

  /**
   * Wraps bytes for a message: in place up to `inlineBytes`, else through a stream, which begins with the next turn of the
   * event loop. The message must be sent before.
   */
  sendPayload(bytes: Uint8Array, inlineBytes = INLINE_PAYLOAD_BYTES): Payload {
    if (bytes.byteLength <= inlineBytes) return bytes;
    const stream = this.openStream();
    setImmediate(() => void stream.write(bytes).then(() => stream.end()));
    return stream.id;
  }

  /** The bytes of a payload. Call it while its message is handled. */
  receivePayload(payload: Payload, maxBytes: number): Uint8Array | Promise<Uint8Array> {
    return typeof payload === "number" ? this.acceptStream(payload).readAll(maxBytes) : payload;
  }

  /** The other side broke the protocol. */
  #abort(error: Error): void {
    this.#transport.close();
    this.#close(error);
  }

  /** Sends what is queued and closes; what is pending is rejected. */
  close(): void {
    this.#transport.close();
    this.#close();
  }

  /** Whether waiting for the other side keeps this process alive. */
  ref(): void {
    this.#transport.ref();
  }
  unref(): void {
    this.#transport.unref();
  }

  #closeError(): Error {
    if (this.#options.closeError) return this.#options.closeError(this.#closeCause);
    return codedError(Error, "ERR_CONNECTION_CLOSED", "The connection is closed");
  }

  #send(message: Message): void {
    if (!this.#closed) this.#transport.send(encodeFrame(message));
  }

  #sendStream(message: Message & { stream: number }): void {
    if (message.type === "end") this.#outgoing.delete(message.stream);
    if (message.type === "cancel") this.#incoming.delete(message.stream);
    this.#send(message);
  }

  #receive(chunk: Uint8Array): void {
    if (this.#closed) return;
    try {
      for (const message of this.#decoder.push(chunk)) {
        if (!isMessage(message)) throw new ProtocolError("A frame is no message of this protocol");
        this.#handle(message);
        if (this.#closed) return;
      }
    } catch (error) {
      this.#abort(error as Error);
    }
  }

  #handle(message: Message): void {
    if (!this.#greeted) {
      if (message.type !== "hello") throw new ProtocolError("The other side did not begin with a hello");
      if (message.protocol !== PROTOCOL_VERSION) {
        throw new ProtocolError(`The other side speaks protocol ${message.protocol}, this one ${PROTOCOL_VERSION}`);
      }
      this.#greeted = true;
      return;
    }
    switch (message.type) {
      case "hello":
        throw new ProtocolError("A second hello");
      case "request":
        this.#answer(message.id, message.method, message.params);
        break;
      case "response":
        this.#settle(message);
        break;
      case "event":
        this.#options.onEvent?.(message.name, message.params);
        break;
      // A stream that is gone here may still be written to by a side that does not know it yet; it may also never have
      // been accepted, the message that named it being refused.
      case "data": {
        const stream = this.#incoming.get(message.stream);
        if (stream) stream.deliver(message);
        else this.#send({ type: "cancel", stream: message.stream });
        break;
      }
      case "end":
        take(this.#incoming, message.stream)?.deliver(message);
        break;
      case "credit":
        this.#outgoing.get(message.stream)?.deliver(message);
        break;
      case "cancel":
        take(this.#outgoing, message.stream)?.deliver(message);
        break;
    }
  }

  #settle({ id, result, error }: Response): void {
    const pending = this.#pending.get(id);
    if (!pending) throw new ProtocolError(`A response to no request: ${id}`);
    // It stays pending if this throws, and is rejected when the connection closes.
    if (error) pending.reject(decodeError(error));
    else pending.resolve(result);
    this.#pending.delete(id);
  }

  #answer(id: number, method: string, params: unknown): void {
    const succeed = (result: unknown) => this.#send({ type: "response", id, result });
    const fail = (error: unknown) => this.#send({ type: "response", id, error: encodeError(error) });
    try {
      const result = this.#options.onRequest?.(method, params);
      if (result instanceof Promise) result.then(succeed).catch(fail);
      else succeed(result);
    } catch (error) {
      fail(error);
    }
  }

  #close(error?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closeCause = error;
    for (const { reject } of this.#pending.values()) reject(this.#closeError());
    for (const stream of this.#incoming.values()) stream.abort(this.#closeError());
    for (const stream of this.#outgoing.values()) stream.deliver({ type: "cancel", stream: stream.id });
    this.#pending.clear();
    this.#incoming.clear();
    this.#outgoing.clear();
    this.#options.onClose(error);
  }
}

function take<V>(map: Map<number, V>, key: number): V | undefined {
  const value = map.get(key);
  map.delete(key);
  return value;
}
