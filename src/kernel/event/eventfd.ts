import { O_RDWR } from "../../abi/fcntl.ts";
import { POLLIN, POLLOUT } from "../../abi/poll.ts";
import { EINVAL } from "../errno.ts";
import { WouldBlock } from "../vfs/file_description.ts";
import { AnonymousDescription } from "./anonymous_description.ts";

const COUNTER_BYTES = 8;
/** One less than the largest value that can be written. */
const MAX_COUNT = 0xffff_ffff_ffff_fffen;

/** A counter that can be waited for, eventfd(2). */
export class EventFd extends AnonymousDescription {
  #count: bigint;
  readonly #semaphore: boolean;

  /** @param semaphore a read takes 1 instead of all (EFD_SEMAPHORE). */
  constructor(count: bigint, statusFlags: number, semaphore: boolean) {
    super("[eventfd]", statusFlags | O_RDWR);
    this.#count = count;
    this.#semaphore = semaphore;
  }

  override read(dst: Uint8Array): number | WouldBlock {
    if (dst.length < COUNTER_BYTES) throw EINVAL;
    if (this.#count === 0n) return new WouldBlock(this.queue, POLLIN);
    const value = this.#semaphore ? 1n : this.#count;
    this.#count -= value;
    viewOf(dst).setBigUint64(0, value, true);
    this.queue.notify(POLLOUT);
    return COUNTER_BYTES;
  }

  override write(src: Uint8Array): number | WouldBlock {
    if (src.length < COUNTER_BYTES) throw EINVAL;
    const value = viewOf(src).getBigUint64(0, true);
    if (value > MAX_COUNT) throw EINVAL;
    if (value > MAX_COUNT - this.#count) return new WouldBlock(this.queue, POLLOUT);
    this.#count += value;
    if (value > 0n) this.queue.notify(POLLIN);
    return COUNTER_BYTES;
  }

  override readiness(): number {
    return (this.#count > 0n ? POLLIN : 0) | (this.#count < MAX_COUNT ? POLLOUT : 0);
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
