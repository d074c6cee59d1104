import { O_CLOEXEC, O_NONBLOCK } from "../../../abi/fcntl.ts";
import {
  IN_ATTRIB,
  IN_CREATE,
  IN_DELETE,
  IN_DELETE_SELF,
  IN_MODIFY,
  IN_MOVE_SELF,
  IN_MOVED_FROM,
  IN_MOVED_TO,
} from "../../../abi/inotify.ts";
import { POLLIN } from "../../../abi/poll.ts";
import { SYS } from "../../../abi/syscalls.ts";
import { AsyncResource } from "../../base/async_resource.ts";
import { type Encoding, inEncoding } from "../../base/encoding.ts";
import { Handle } from "../../base/loop/handle.ts";
import { unwatch, watch } from "../../base/loop/loop.ts";
import { syscall } from "../../base/native.ts";
import { asNativeClass } from "../../base/native_class.ts";

/** What uv_fs_event_t listens to on Linux. */
const WATCHED =
  IN_ATTRIB | IN_CREATE | IN_MODIFY | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_MOVED_FROM | IN_MOVED_TO;
const CLOEXEC_NONBLOCK = O_CLOEXEC | O_NONBLOCK;

/** fs.watch, over inotify(7). */
class FSEvent extends Handle {
  declare onchange?: (status: number, type: string, name: unknown) => void;
  #fd = -1;
  #path = "";
  #encoding: Encoding;

  constructor() {
    super("FSEVENTWRAP");
  }

  get initialized(): boolean {
    return this.isOpen && this.#fd >= 0;
  }

  start(path: string, persistent: boolean, _recursive: boolean, encoding: Encoding): number {
    if (this.#fd >= 0) return 0;
    const fd = syscall(SYS.inotify_init1, CLOEXEC_NONBLOCK);
    if (fd < 0) return fd;
    const wd = syscall(SYS.inotify_add_watch, fd, path, WATCHED);
    const watched = wd < 0 ? wd : watch(fd, POLLIN, () => this.#deliver());
    if (watched < 0) {
      syscall(SYS.close, fd);
      return watched;
    }
    this.#fd = fd;
    this.#path = path;
    this.#encoding = encoding;
    if (!persistent) this.unref();
    this.setActive(true);
    return 0;
  }

  #deliver(): void {
    const events: Array<number | string> = syscall(SYS.inotify_read, this.#fd);
    for (let i = 0; i + 3 < events.length && this.isOpen; i += 4) {
      const mask = events[i + 1] as number;
      const entry = events[i + 3] as string;
      const type = mask & ~(IN_ATTRIB | IN_MODIFY) ? "rename" : "change";
      // An event of the watched file itself carries its own name.
      const name = entry !== "" ? entry : this.#path.slice(this.#path.lastIndexOf("/") + 1);
      AsyncResource.call(this, this, this.onchange, 0, type, inEncoding(name, this.#encoding));
    }
  }

  protected override onClose(): void {
    if (this.#fd < 0) return;
    unwatch(this.#fd);
    syscall(SYS.close, this.#fd);
  }
}

asNativeClass(FSEvent);

export function createFsEventWrap(): object {
  return { FSEvent };
}
