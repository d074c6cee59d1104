import { AsyncResource } from "../async_resource.ts";
import type { Callback } from "../native.ts";
import { beginRequest, complete, endRequest } from "./loop.ts";

const active = new Set<Request>();

/** Node's ReqWrap: one asynchronous operation under way. */
export class Request extends AsyncResource {
  /** Makes the callback that `deliver` gives in the loop, after the coming poll phase; that ends this request. */
  completeLater(deliver: () => Callback | undefined): void {
    active.add(this);
    complete({
      deliver: () => {
        active.delete(this);
        return deliver();
      },
      done: () => AsyncResource.destroy(this),
    });
  }

  /** The operation waits for something in the kernel: keeps the loop alive until end(). */
  begin(): void {
    active.add(this);
    beginRequest();
  }

  end(): void {
    if (active.delete(this)) endRequest();
  }
}

export function activeRequestList(): Request[] {
  return [...active];
}
