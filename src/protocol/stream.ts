import { codedError, decodeError, ProtocolError, type WireError } from "./errors.ts";
import type { StreamCancel, StreamCredit, StreamData, StreamEnd } from "./messages.ts";

/** How many bytes a sender may have under way before the receiver has granted any credit. */
export const STREAM_WINDOW = 256 * 1024;
/** The largest piece that a stream's data is cut into, so that no stream holds up the others for long. */
export const STREAM_CHUNK = 64 * 1024;

export type StreamMessage = StreamData | StreamEnd | StreamCredit | StreamCancel;
type Send = (message: StreamMessage) => void;

/** The sending end. Never blocks: `capacity` says how much the other side takes now, `onChange` tells of more. */
export class OutgoingStream {
  readonly id: number;
  readonly #send: Send;
  #capacity = STREAM_WINDOW;
  #state: "open" | "ended" | "cancelled" = "open";
  /** Called when capacity rose or the receiver cancelled. */
  onChange: (() => void) | undefined;

  constructor(id: number, send: Send) {
    this.id = id;
    this.#send = send;
  }

  /** Bytes that may be sent now; 0 once the stream is ended or cancelled. */
  get capacity(): number {
    return this.#state === "open" ? this.#capacity : 0;
  }

  /** Whether the receiver wants no more, or is gone. */
  get cancelled(): boolean {
    return this.#state === "cancelled";
  }

  /**
   * Sends as much of `bytes` as capacity allows and returns how much that was. The bytes must not change afterwards.
   */
  send(bytes: Uint8Array): number {
    const taken = Math.min(bytes.byteLength, this.capacity);
    for (let offset = 0; offset < taken; offset += STREAM_CHUNK) {
      const chunk = bytes.subarray(offset, Math.min(taken, offset + STREAM_CHUNK));
      this.#send({ type: "data", stream: this.id, bytes: chunk });
    }
    this.#capacity -= taken;
    return taken;
  }

  /**
   * Sends all of `bytes`, waiting for credit as needed. One call at a time.
   * @returns false if the stream was cancelled or ended before all was sent
   */
  async write(bytes: Uint8Array): Promise<boolean> {
    let rest = bytes.subarray(this.send(bytes));
    while (rest.byteLength > 0 && this.#state === "open") {
      await new Promise<void>((resolve) => {
        this.onChange = resolve;
      });
      rest = rest.subarray(this.send(rest));
    }
    return rest.byteLength === 0;
  }

  end(error?: WireError): void {
    if (this.#state !== "open") return;
    this.#state = "ended";
    this.#send({ type: "end", stream: this.id, error });
    this.onChange?.();
  }

  #grant(bytes: number): void {
    if (bytes > STREAM_WINDOW - this.#capacity)
      throw new ProtocolError(`Stream ${this.id} gets more credit than it used`);
    this.#capacity += bytes;
  }

  /** For the connection: the receiver's word. @throws ProtocolError if it grants more than was sent */
  deliver(message: StreamCredit | StreamCancel): void {
    if (message.type === "credit") this.#grant(message.bytes);
    else if (this.#state === "open") this.#state = "cancelled";
    this.onChange?.();
  }
}

/** The receiving end. Data is pushed to `onData`; credit goes back as the owner reports it `consumed`. */
export class IncomingStream {
  readonly id: number;
  readonly #send: Send;
  /** Bytes received and not granted again. */
  #outstanding = 0;
  /** Bytes consumed and not granted again: grants go out in large steps. */
  #consumed = 0;
  #open = true;
  onData: (bytes: Uint8Array) => void = () => {};
  /** Called once; with an error if the sender broke off or the connection was lost. */
  onEnd: (error?: Error) => void = () => {};

  constructor(id: number, send: Send) {
    this.id = id;
    this.#send = send;
  }

  /** Whether more may come. */
  get open(): boolean {
    return this.#open;
  }

  /** Grants the sender as many bytes again. */
  consumed(bytes: number): void {
    this.#consumed += bytes;
    if (!this.#open || this.#consumed < STREAM_WINDOW / 2) return;
    this.#outstanding -= this.#consumed;
    this.#send({ type: "credit", stream: this.id, bytes: this.#consumed });
    this.#consumed = 0;
  }

  /** Tells the sender to stop. onEnd is not called any more. */
  cancel(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#send({ type: "cancel", stream: this.id });
  }

  /** Collects the whole stream. @throws RangeError (ERR_OUT_OF_RANGE) beyond `maxBytes`. */
  readAll(maxBytes: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const chunks: Uint8Array[] = [];
      let total = 0;
      this.onData = (bytes) => {
        total += bytes.byteLength;
        if (total > maxBytes) {
          this.cancel();
          return reject(codedError(RangeError, "ERR_OUT_OF_RANGE", `More than ${maxBytes} bytes were sent`));
        }
        chunks.push(bytes);
        this.consumed(bytes.byteLength);
      };
      this.onEnd = (error) => (error ? reject(error) : resolve(concat(chunks, total)));
    });
  }

  /** For the connection: the sender's word. @throws ProtocolError if it sent more than it may. */
  deliver(message: StreamData | StreamEnd): void {
    if (!this.#open) return;
    if (message.type === "end") {
      this.#open = false;
      this.onEnd(message.error && decodeError(message.error));
      return;
    }
    this.#outstanding += message.bytes.byteLength;
    if (this.#outstanding > STREAM_WINDOW) throw new ProtocolError(`Stream ${this.id} exceeds its credit`);
    this.onData(message.bytes);
  }

  /** For the connection: it is lost. */
  abort(error: Error): void {
    if (!this.#open) return;
    this.#open = false;
    this.onEnd(error);
  }
}

/** One Uint8Array of all `chunks`, `total` bytes together. */
export function concat(chunks: readonly Uint8Array[], total: number): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const bytes = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
