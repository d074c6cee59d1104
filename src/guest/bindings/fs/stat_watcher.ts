import { STAT_FIELDS } from "../../../abi/stat.ts";
import { SYS } from "../../../abi/syscalls.ts";
import { AsyncResource } from "../../base/async_resource.ts";
import { Handle } from "../../base/loop/handle.ts";
import { clearNativeTimer, type NativeTimer, setNativeTimer } from "../../base/loop/native_timer.ts";
import { syscall } from "../../base/native.ts";

/** fs.watchFile: looks at a file every so often (uv_fs_poll_t). */
export class StatWatcher extends Handle {
  readonly #bigint: boolean;
  declare onchange?: (status: number, stats: ArrayLike<unknown>) => void;
  #path = "";
  #interval = 0;
  #timer: NativeTimer | undefined;
  #previous: ArrayLike<unknown> | undefined;
  #status = 0;

  constructor(bigint: boolean) {
    super("STATWATCHER");
    this.#bigint = Boolean(bigint);
  }

  start(path: string, interval: number): number {
    this.#path = path;
    this.#interval = Math.max(1, interval);
    this.setActive(true);
    // What changes from here on is a change, also before the loop turns.
    const start = this.#read();
    this.#timer = setNativeTimer(() => this.#check(start), 0);
    return 0;
  }

  #read(): { status: number; stats: Float64Array | BigInt64Array } {
    const stats = this.#nothing();
    return { status: syscall(this.#bigint ? SYS.stat_bigint : SYS.stat, this.#path, stats), stats };
  }

  /** The fields of a file that is not there. */
  #nothing(): Float64Array | BigInt64Array {
    return this.#bigint ? new BigInt64Array(STAT_FIELDS) : new Float64Array(STAT_FIELDS);
  }

  #check({ status, stats } = this.#read()): void {
    const previous = this.#previous;
    const first = previous === undefined;
    // The first look only reports a file that is not there.
    const changed = first ? status < 0 : status !== this.#status || !sameStats(previous, stats);
    this.#status = status;
    // While the file is gone, what it was like before is kept.
    this.#previous = status < 0 ? (previous ?? this.#nothing()) : stats;
    if (changed) {
      const before = previous ?? this.#nothing();
      const both = this.#bigint ? new BigInt64Array(2 * STAT_FIELDS) : new Float64Array(2 * STAT_FIELDS);
      (both as Float64Array).set(stats as Float64Array, 0);
      (both as Float64Array).set(before as Float64Array, STAT_FIELDS);
      AsyncResource.post(this, this, this.onchange, status, both);
    }
    if (this.isOpen) this.#timer = setNativeTimer(() => this.#check(), this.#interval);
  }

  protected override onClose(): void {
    if (this.#timer !== undefined) clearNativeTimer(this.#timer);
  }
}

/** Everything but the access time, as uv_fs_poll compares. */
function sameStats(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  const ATIME_SECONDS = 10;
  const ATIME_NANOSECONDS = 11;
  for (let i = 0; i < STAT_FIELDS; i++)
    if (i !== ATIME_SECONDS && i !== ATIME_NANOSECONDS && a[i] !== b[i]) return false;
  return true;
}
