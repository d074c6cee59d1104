/** What all streams of bindings share (Node's StreamBase): the state fields, and writes in their many forms. */
import { AsyncResource } from "../async_resource.ts";
import { encodeString } from "../encoding.ts";
import { Request } from "../loop/request.ts";

export const kReadBytesOrError = 0;
export const kArrayBufferOffset = 1;
export const kBytesWritten = 2;
export const kLastWriteWasAsync = 3;
export const streamBaseState = new Int32Array(5);

export const UV_EOF = -4095;

export class WriteWrap extends Request {
  oncomplete?: (status: number, handle: object, error: unknown) => void;
  constructor() {
    super("WRITEWRAP");
  }
}

export class ShutdownWrap extends Request {
  oncomplete?: (status: number) => void;
  constructor() {
    super("SHUTDOWNWRAP");
  }
}

export interface StreamBase {
  onread?: ((buffer: ArrayBuffer | undefined) => unknown) | undefined;
  bytesRead: number;
  bytesWritten: number;
  /** Hands what was read, UV_EOF or an error to the library. */
  emitRead(countOrError: number, buffer: ArrayBuffer | undefined): void;
  completeWrite(request: WriteWrap, status: number): void;
  completeShutdown(request: ShutdownWrap, status: number): void;
}
/** Takes the chunks of one write. Returns 0 or -errno. */
interface Sink {
  writeChunks(request: WriteWrap, chunks: readonly Uint8Array[]): number;
}

type Constructor<T> = new (...args: any[]) => T;

/** Adds StreamBase's methods to a class of asynchronous resources whose instances have writeChunks(). */
export function withStreamBase<Base extends Constructor<AsyncResource>>(base: Base): Base & Constructor<StreamBase> {
  abstract class Stream extends (base as Constructor<AsyncResource>) implements StreamBase, Sink {
    declare onread?: (buffer: ArrayBuffer | undefined) => unknown;
    bytesRead = 0;
    bytesWritten = 0;
    readonly isStreamBase = true;

    abstract writeChunks(request: WriteWrap, chunks: readonly Uint8Array[]): number;

    writeBuffer(request: WriteWrap, bytes: Uint8Array): number {
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

    emitRead(countOrError: number, buffer: ArrayBuffer | undefined): void {
      if (countOrError > 0) this.bytesRead += countOrError;
      streamBaseState[kReadBytesOrError] = countOrError;
      streamBaseState[kArrayBufferOffset] = 0;
      AsyncResource.call(this, this, this.onread, buffer);
    }

    completeWrite(request: WriteWrap, status: number): void {
      AsyncResource.call(request, request, request.oncomplete, status, this, undefined);
      AsyncResource.destroy(request);
    }

    completeShutdown(request: ShutdownWrap, status: number): void {
      AsyncResource.call(request, request, request.oncomplete, status);
      AsyncResource.destroy(request);
    }
  }
  return Stream as unknown as Base & Constructor<StreamBase>;
}
