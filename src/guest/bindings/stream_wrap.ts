/** Streams over a descriptor (Node's StreamBase and LibuvStreamWrap): reads when ready, writes at once where it can. */
import { ERRNO } from "../../abi/errno.ts";
import { F_GETFL, F_SETFL, O_NONBLOCK } from "../../abi/fcntl.ts";
import { POLLERR, POLLHUP, POLLIN, POLLOUT } from "../../abi/poll.ts";
import { SYS } from "../../abi/syscalls.ts";
import { AsyncResource } from "../async_resource.ts";
import { Handle } from "../loop/handle.ts";
import { unwatch, watch } from "../loop/loop.ts";
import { syscall } from "../native.ts";
import {
  asNativeStream,
  kArrayBufferOffset,
  kBytesWritten,
  kLastWriteWasAsync,
  kReadBytesOrError,
  ShutdownWrap,
  streamBaseState,
  UV_EOF,
  WriteWrap,
  withStreamBase,
} from "./stream_base.ts";

const EAGAIN = -ERRNO.EAGAIN;
const EBADF = -ERRNO.EBADF;
const ECANCELED = -ERRNO.ECANCELED;
const READ_SIZE = 64 * 1024;
const POLLHUP_OR_ERROR = POLLHUP | POLLERR;

interface PendingWrite {
  request: WriteWrap;
  bytes: Uint8Array;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export class StreamHandle extends withStreamBase(Handle) {
  #fd = -1;
  #reading = false;
  #watched = 0;
  #writes: PendingWrite[] = [];
  #shutdown: ShutdownWrap | undefined;

  get fd(): number {
    return this.#fd;
  }

  get writeQueueSize(): number {
    return this.#writes.reduce((size, { bytes }) => size + bytes.length, 0);
  }

  /** Takes over an open descriptor. */
  protected adopt(fd: number): number {
    const flags = syscall(SYS.fcntl, fd, F_GETFL, 0);
    if (flags < 0) return flags;
    syscall(SYS.fcntl, fd, F_SETFL, flags | O_NONBLOCK);
    this.#fd = fd;
    return 0;
  }

  setBlocking(blocking: boolean): number {
    const flags = syscall(SYS.fcntl, this.#fd, F_GETFL, 0);
    if (flags < 0) return flags;
    return syscall(SYS.fcntl, this.#fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
  }

  useUserBuffer(): number {
    return 0;
  }

  readStart(): number {
    if (this.#fd < 0) return EBADF;
    this.#reading = true;
    return this.#update();
  }

  readStop(): number {
    this.#reading = false;
    return this.#fd < 0 ? 0 : this.#update();
  }

  #update(): number {
    const wanted = (this.#reading ? POLLIN : 0) | (this.#writes.length > 0 ? POLLOUT : 0);
    this.setActive(wanted !== 0);
    if (wanted === this.#watched) return 0;
    this.#watched = wanted;
    if (wanted === 0) {
      unwatch(this.#fd);
      return 0;
    }
    return watch(this.#fd, wanted, (events) => this.#ready(events));
  }

  #ready(events: number): void {
    if (this.#reading && events & (POLLIN | POLLHUP_OR_ERROR)) this.#read();
    if (this.isOpen && this.#writes.length > 0 && events & (POLLOUT | POLLHUP_OR_ERROR)) this.#flush();
  }

  #read(): void {
    const chunk = new Uint8Array(READ_SIZE);
    const count = syscall(SYS.read, this.#fd, chunk);
    if (count === EAGAIN) return;
    if (count <= 0) {
      this.readStop();
      this.emitRead(count === 0 ? UV_EOF : count, undefined);
      return;
    }
    this.emitRead(count, count === READ_SIZE ? chunk.buffer : chunk.buffer.slice(0, count));
  }

  writeChunks(request: WriteWrap, chunks: readonly Uint8Array[]): number {
    if (this.#fd < 0) return EBADF;
    const bytes = chunks.length === 1 ? chunks[0]! : concat(chunks);
    streamBaseState[kBytesWritten] = bytes.length;
    streamBaseState[kLastWriteWasAsync] = 0;
    let rest = bytes;
    if (this.#writes.length === 0) {
      const written = this.#writeNow(bytes);
      if (written < 0) return written;
      if (written === bytes.length) return 0;
      rest = bytes.subarray(written);
    }
    streamBaseState[kLastWriteWasAsync] = 1;
    // What the caller does with its buffer meanwhile must not show.
    this.#writes.push({ request, bytes: rest.slice() });
    AsyncResource.activate(request, this);
    request.begin();
    return this.#update();
  }

  /** As much as fits; 0 if nothing does now. */
  #writeNow(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length) {
      const count = syscall(SYS.write, this.#fd, at === 0 ? bytes : bytes.subarray(at));
      if (count === EAGAIN) break;
      if (count < 0) return at > 0 ? at : count;
      at += count;
      this.countWritten(count);
    }
    return at;
  }

  #flush(): void {
    while (this.#writes.length > 0 && this.isOpen) {
      const first = this.#writes[0]!;
      const written = this.#writeNow(first.bytes);
      if (written >= 0 && written < first.bytes.length) {
        first.bytes = first.bytes.subarray(written);
        return;
      }
      this.#writes.shift();
      this.#finish(first.request, Math.min(written, 0));
    }
    if (!this.isOpen) return;
    this.#update();
    if (this.#shutdown !== undefined) this.#finishShutdown(this.#shutdown);
  }

  #finish(request: WriteWrap, status: number): void {
    request.end();
    this.completeWrite(request, status);
  }

  shutdown(request: ShutdownWrap): number {
    if (this.#fd < 0) return EBADF;
    AsyncResource.activate(request, this);
    if (this.#writes.length > 0) {
      this.#shutdown = request;
      request.begin();
    } else {
      request.completeLater(() => AsyncResource.callback(request, request, request.oncomplete, 0));
    }
    return 0;
  }

  #finishShutdown(request: ShutdownWrap): void {
    this.#shutdown = undefined;
    request.end();
    this.completeShutdown(request, 0);
  }

  override deliver(resource: AsyncResource, listener: unknown, ...args: unknown[]): void {
    AsyncResource.post(resource, resource, listener, ...args);
  }

  protected override onClose(): void {
    if (this.#watched !== 0) unwatch(this.#fd);
    this.#watched = 0;
    const writes = this.#writes;
    this.#writes = [];
    for (const { request } of writes) this.#finish(request, ECANCELED);
    if (this.#fd >= 0) syscall(SYS.close, this.#fd);
    this.#fd = -1;
  }
}

asNativeStream(StreamHandle);

/** Node's LibuvStreamWrap is no constructor for others. */
class LibuvStreamWrap {
  constructor() {
    throw new TypeError("Illegal constructor");
  }
}

export function createStreamWrap(): object {
  return {
    kReadBytesOrError,
    kArrayBufferOffset,
    kBytesWritten,
    kLastWriteWasAsync,
    streamBaseState,
    LibuvStreamWrap,
    ShutdownWrap,
    WriteWrap,
  };
}
