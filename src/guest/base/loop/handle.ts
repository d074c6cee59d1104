import { AsyncResource } from "../async_resource.ts";
import { asNativeClass } from "../native_class.ts";
import { atClosing, refHandle, unrefHandle } from "./loop.ts";

const open = new Set<Handle>();

/** Node's HandleWrap: something open in the loop, with a life of its own. */
export class Handle extends AsyncResource {
  #state: "open" | "closing" | "closed" = "open";
  #active = false;
  #refed = true;

  constructor(provider: string) {
    super(provider);
    open.add(this);
  }

  close(callback?: () => void): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.setActive(false);
    this.onClose();
    refHandle();
    atClosing({
      deliver: () => {
        unrefHandle();
        this.#state = "closed";
        open.delete(this);
        return AsyncResource.callback(this, this, callback);
      },
      done: () => AsyncResource.destroy(this),
    });
  }

  ref(): void {
    if (this.#state === "closed" || this.#refed) return;
    this.#refed = true;
    if (this.#active) refHandle();
  }

  unref(): void {
    if (this.#state === "closed" || !this.#refed) return;
    this.#refed = false;
    if (this.#active) unrefHandle();
  }

  hasRef(): boolean {
    return this.#state !== "closed" && this.#refed;
  }

  /** Whether the loop must wait for this handle, as long as it is ref'd. */
  protected setActive(active: boolean): void {
    if (this.#active === active) return;
    this.#active = active;
    if (!this.#refed) return;
    if (active) refHandle();
    else unrefHandle();
  }

  protected get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Lets go of what the kernel holds for the handle. */
  protected onClose(): void {}
}

asNativeClass(Handle);

/** Handles that are not yet closed and ref'd, for process._getActiveHandles and getActiveResourcesInfo. */
export function activeHandleList(): Handle[] {
  return [...open].filter((handle) => handle.hasRef());
}
