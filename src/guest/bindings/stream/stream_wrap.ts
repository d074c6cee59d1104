/** Streams over a descriptor (Node's StreamBase and LibuvStreamWrap): reads when ready, writes at once where it can. */
import { ERRNO } from "../../../abi/errno.ts";
import { F_GETFL, F_SETFL, O_ACCMODE, O_NONBLOCK, O_RDONLY, O_WRONLY } from "../../../abi/fcntl.ts";
import { POLLERR, POLLHUP, POLLIN, POLLOUT } from "../../../abi/poll.ts";
import { SYS } from "../../../abi/syscalls.ts";
import { AsyncResource } from "../../base/async_resource.ts";
import { Handle } from "../../base/loop/handle.ts";
import { unwatch, watch } from "../../base/loop/loop.ts";
import { syscall } from "../../base/native.ts";
import { PendingWrite } from "./pending_write.ts";
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
const EINVAL = -ERRNO.EINVAL;
const ENOTCONN = -ERRNO.ENOTCONN;
const EPIPE = -ERRNO.EPIPE;
const READ_SIZE = 64 * 1024;
const POLLHUP_OR_ERROR = POLLHUP | POLLERR;

export class StreamHandle extends withStreamBase(Handle) {
  #fd = -1;
  /** What the descriptor was opened for, and no longer once it has been shut down. */
  #readable = false;
  #writable = false;
  #reading = false;
  #watched = 0;
  #writes: PendingWrite[] = [];
  #shutdown: ShutdownWrap | undefined;

  get fd(): number {
    return this.#fd;
  }

  get writeQueueSize(): number {
    return this.#writes.reduce((sum, { size }) => sum + size, 0);
  }

  /** Takes over an open descriptor. */
  protected adopt(fd: number): number {
    const flags = syscall(SYS.fcntl, fd, F_GETFL, 0);
    if (flags < 0) return flags;
    syscall(SYS.fcntl, fd, F_SETFL, flags | O_NONBLOCK);
    this.#fd = fd;
    this.#readable = (flags & O_ACCMODE) !== O_WRONLY;
    this.#writable = (flags & O_ACCMODE) !== O_RDONLY;
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
    if (!this.isOpen) return EINVAL;
    if (!this.#readable) return ENOTCONN;
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
    if (!this.#writable) return EPIPE;
    const write = new PendingWrite(request, chunks);
    const { size } = write;
    this.countWritten(size);
    streamBaseState[kBytesWritten] = size;
    streamBaseState[kLastWriteWasAsync] = 0;
    if (this.#writes.length === 0) {
      const result = this.#writeNow(write);
      if (result !== EAGAIN) return result;
    }
    streamBaseState[kLastWriteWasAsync] = 1;
    this.#writes.push(write);
    AsyncResource.activate(request, this);
    request.begin();
    return this.#update();
  }

  /** Writes as much as fits. 0: all is written; EAGAIN: there is a rest; another error. */
  #writeNow(write: PendingWrite): number {
    let written = 0;
    for (let bytes = write.next(); bytes !== undefined; bytes = write.next()) {
      const count = syscall(SYS.write, this.#fd, bytes);
      // After a part has been written, an error is told with the rest.
      if (count < 0) return written > 0 ? EAGAIN : count;
      write.advance(count);
      written += count;
    }
    return 0;
  }

  #flush(): void {
    while (this.#writes.length > 0 && this.isOpen) {
      const first = this.#writes[0]!;
      const result = this.#writeNow(first);
      if (result === EAGAIN) return;
      this.#writes.shift();
      this.#finish(first.request, result);
    }
    if (!this.isOpen) return;
    this.#update();
    if (this.#shutdown !== undefined) this.#finishShutdown(this.#shutdown, 0);
  }

  #finish(request: WriteWrap, status: number): void {
    request.end();
    this.completeWrite(request, status);
  }

  /** Nothing more is written once what waits is. */
  shutdown(request: ShutdownWrap): number {
    if (!this.#writable) return ENOTCONN;
    this.#writable = false;
    AsyncResource.activate(request, this);
    if (this.#writes.length > 0) {
      this.#shutdown = request;
      request.begin();
    } else {
      request.completeLater(() => AsyncResource.callback(request, request, request.oncomplete, 0));
    }
    return 0;
  }

  #finishShutdown(request: ShutdownWrap, status: number): void {
    this.#shutdown = undefined;
    request.end();
    this.completeShutdown(request, status);
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
    if (this.#shutdown !== undefined) this.#finishShutdown(this.#shutdown, ECANCELED);
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
