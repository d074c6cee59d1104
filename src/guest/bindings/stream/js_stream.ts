/** Streams whose bytes come from and go to JavaScript (Node's JSStream), under TLS and HTTP over any Duplex. */
import { ERRNO } from "../../../abi/errno.ts";
import { AsyncResource } from "../../base/async_resource.ts";
import {
  asNativeStream,
  kBytesWritten,
  kLastWriteWasAsync,
  type ShutdownWrap,
  streamBaseState,
  UV_EOF,
  type WriteWrap,
  withStreamBase,
} from "./stream_base.ts";

const EPROTO = -ERRNO.EPROTO;

/** The functions that the library sets on the object. */
interface Callbacks {
  onreadstart?: () => number;
  onreadstop?: () => number;
  onshutdown?: (request: ShutdownWrap) => number;
  onwrite?: (request: WriteWrap, chunks: readonly Uint8Array[]) => number;
}

class JSStream extends withStreamBase(AsyncResource) implements Callbacks {
  declare onreadstart?: () => number;
  declare onreadstop?: () => number;
  declare onshutdown?: (request: ShutdownWrap) => number;
  declare onwrite?: (request: WriteWrap, chunks: readonly Uint8Array[]) => number;

  constructor() {
    super("JSSTREAM");
  }

  get fd(): number {
    return -1;
  }
  useUserBuffer(): number {
    return 0;
  }
  readStart(): number {
    return this.#ask(this.onreadstart);
  }
  readStop(): number {
    return this.#ask(this.onreadstop);
  }
  shutdown(request: ShutdownWrap): number {
    AsyncResource.activate(request, this);
    return this.#ask(this.onshutdown, request);
  }

  writeChunks(request: WriteWrap, chunks: readonly Uint8Array[]): number {
    const size = chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
    streamBaseState[kBytesWritten] = size;
    streamBaseState[kLastWriteWasAsync] = 1;
    this.countWritten(size);
    const buffers = chunks.map(({ buffer, byteOffset, byteLength }) =>
      (globalThis as any).Buffer.from(buffer, byteOffset, byteLength),
    );
    AsyncResource.activate(request, this);
    return this.#ask(this.onwrite, request, buffers);
  }

  /** What the function answers; EPROTO when it throws, which goes to the process's handling of errors. */
  #ask(fn: unknown, ...args: unknown[]): number {
    const result = AsyncResource.call(this, this, fn, ...args);
    return typeof result === "number" ? result | 0 : EPROTO;
  }

  finishWrite(request: WriteWrap, status: number): void {
    this.completeWrite(request, status | 0);
  }
  finishShutdown(request: ShutdownWrap, status: number): void {
    this.completeShutdown(request, status | 0);
  }
  readBuffer(chunk: ArrayBufferView): void {
    const { buffer, byteOffset, byteLength } = chunk;
    this.emitRead(byteLength, buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
  }
  emitEOF(): void {
    this.emitRead(UV_EOF, undefined);
  }
}

asNativeStream(JSStream);

export function createJsStream(): object {
  return { JSStream };
}
