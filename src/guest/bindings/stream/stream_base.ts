/** What all streams of bindings share (Node's StreamBase): the state fields, and writes in their many forms. */
import { AsyncResource } from "../../base/async_resource.ts";
import { encodeString } from "../../base/encoding.ts";
import { Request } from "../../base/loop/request.ts";
import { engine } from "../../base/native.ts";
import { asNativeClass } from "../../base/native_class.ts";

export const kReadBytesOrError = 0;
export const kArrayBufferOffset = 1;
export const kBytesWritten = 2;
export const kLastWriteWasAsync = 3;
export const streamBaseState = new Int32Array(5);

export const UV_EOF = -4095;

/** A resource only once the write turns out to be asynchronous (activate()), as in Node. */
export class WriteWrap extends Request {
  declare oncomplete?: (status: number, handle: object, error: unknown) => void;
  constructor() {
    super("WRITEWRAP", false);
  }
}

/** The same for a shutdown that was accepted. */
export class ShutdownWrap extends Request {
  declare oncomplete?: (status: number) => void;
  constructor() {
    super("SHUTDOWNWRAP", false);
  }
}

/** Hears what a stream reads before the library does, as Node's own StreamListener. */
export interface StreamListener {
  /** @returns whether that was for this listener; else the one before it hears it, at last the library */
  onRead(countOrError: number, buffer: ArrayBuffer | undefined): boolean;
}

export interface StreamBase {
  onread?: ((buffer: ArrayBuffer | undefined) => unknown) | undefined;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  countWritten(bytes: number): void;
  /** From now on `listener` is the first to hear of reads. */
  pushListener(listener: StreamListener): void;
  removeListener(listener: StreamListener): void;
  /** Hands what was read, UV_EOF or an error to the library. */
  emitRead(countOrError: number, buffer: ArrayBuffer | undefined): void;
  completeWrite(request: WriteWrap, status: number): void;
  completeShutdown(request: ShutdownWrap, status: number): void;
  deliver(resource: AsyncResource, listener: unknown, ...args: unknown[]): void;
}
/** Takes the chunks of one write. Returns 0 or -errno. */
interface Sink {
  writeChunks(request: WriteWrap, chunks: readonly Uint8Array[]): number;
}

/**
 * Puts StreamBase's members on a class that inherits them through withStreamBase, and guards all: in Node they belong
 * to the class itself.
 */
export function asNativeStream(Class: { prototype: object }): void {
  const { prototype } = Class;
  const base = Object.getPrototypeOf(prototype);
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(base)))
    if (!Object.hasOwn(prototype, key)) Object.defineProperty(prototype, key, property);
  asNativeClass(Class);
}

type Constructor<T> = new (...args: any[]) => T;

/** Adds StreamBase's methods to a class of asynchronous resources whose instances have writeChunks(). */
export function withStreamBase<Base extends Constructor<AsyncResource>>(base: Base): Base & Constructor<StreamBase> {
  abstract class Stream extends (base as Constructor<AsyncResource>) implements StreamBase, Sink {
    #onread: StreamBase["onread"];
    #bytesRead = 0;
    #bytesWritten = 0;
    /** The newest first. */
    readonly #listeners: StreamListener[] = [];

    static {
      Object.defineProperty(Stream.prototype, "isStreamBase", { value: true, writable: true, configurable: true });
    }

    get onread(): StreamBase["onread"] {
      return this.#onread;
    }
    set onread(listener: StreamBase["onread"]) {
      this.#onread = listener;
    }
    get bytesRead(): number {
      return this.#bytesRead;
    }
    get bytesWritten(): number {
      return this.#bytesWritten;
    }
    /** For native code of others: here there is none that could use it. */
    get _externalStream(): unknown {
      return engine.external();
    }

    countWritten(bytes: number): void {
      this.#bytesWritten += bytes;
    }

    pushListener(listener: StreamListener): void {
      this.#listeners.unshift(listener);
    }
    removeListener(listener: StreamListener): void {
      const index = this.#listeners.indexOf(listener);
      if (index >= 0) this.#listeners.splice(index, 1);
    }

    abstract writeChunks(request: WriteWrap, chunks: readonly Uint8Array[]): number;

    writeBuffer(request: WriteWrap, bytes: Uint8Array): number | undefined {
      if (!ArrayBuffer.isView(bytes))
        return engine.failWith("TypeError", "Second argument must be a buffer", { code: "ERR_INVALID_ARG_TYPE" });
      return this.writeChunks(request, [bytes]);
    }
    writeUtf8String(request: WriteWrap, text: string): number {
      return this.writeChunks(request, [encodeString(text, "utf8")]);
    }
    writeAsciiString(request: WriteWrap, text: string): number {
      return this.writeChunks(request, [encodeString(text, "latin1")]);
    }
    writeLatin1String(request: WriteWrap, text: string): number {
      return this.writeChunks(request, [encodeString(text, "latin1")]);
    }
    writeUcs2String(request: WriteWrap, text: string): number {
      return this.writeChunks(request, [encodeString(text, "utf16le")]);
    }

    /** @param chunks buffers, or (unless `allBuffers`) alternately a chunk and its encoding */
    writev(request: WriteWrap, chunks: unknown[], allBuffers: boolean): number {
      if (allBuffers) return this.writeChunks(request, chunks as Uint8Array[]);
      const parts: Uint8Array[] = [];
      for (let i = 0; i + 1 < chunks.length; i += 2) {
        const chunk = chunks[i];
        parts.push(typeof chunk === "string" ? encodeString(chunk, chunks[i + 1] as string) : (chunk as Uint8Array));
      }
      return this.writeChunks(request, parts);
    }

    /** Calls a listener at once; streams of the event loop leave that to it. */
    deliver(resource: AsyncResource, listener: unknown, ...args: unknown[]): void {
      AsyncResource.call(resource, resource, listener, ...args);
    }

    emitRead(countOrError: number, buffer: ArrayBuffer | undefined): void {
      if (countOrError > 0) this.#bytesRead += countOrError;
      for (let i = 0; i < this.#listeners.length; i++) if (this.#listeners[i]!.onRead(countOrError, buffer)) return;
      streamBaseState[kReadBytesOrError] = countOrError;
      streamBaseState[kArrayBufferOffset] = 0;
      this.deliver(this, this.#onread, buffer);
    }

    completeWrite(request: WriteWrap, status: number): void {
      this.deliver(request, request.oncomplete, status, this, undefined);
      AsyncResource.destroy(request);
    }

    completeShutdown(request: ShutdownWrap, status: number): void {
      this.deliver(request, request.oncomplete, status);
      AsyncResource.destroy(request);
    }
  }
  return Stream as unknown as Base & Constructor<StreamBase>;
}
