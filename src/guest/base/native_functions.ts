/** Functions of bindings that end up in users' hands, as `process.uptime`, look native and tell nothing of this bundle. */
import { engine } from "./native.ts";

/** Replaces those functions of `target` by native ones. The others are called too often for it, or are native. */
export function asNativeFunctions<Target extends object>(
  target: Target,
  names: ReadonlyArray<keyof Target & string>,
): Target {
  for (const name of names) target[name] = engine.wrap(target[name] as Function, name) as never;
  return target;
}
