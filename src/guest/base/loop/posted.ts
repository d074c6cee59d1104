/**
 * Callbacks that the loop makes once the step under way has returned: what made them up, a descriptor's watcher say, is
 * then on nobody's stack.
 */
import type { Callback } from "../native.ts";

/** As the async id of a callback: a native function that makes its own. */
export const UNSCOPED = -1;

let posted: Callback[] = [];
let taken = 0;

export function postCallback(callback: Callback): void {
  posted.push(callback);
}

/** The first one. */
export function takePosted(): Callback | undefined {
  if (taken === posted.length) {
    if (taken > 0) posted = [];
    taken = 0;
    return undefined;
  }
  return posted[taken++];
}
