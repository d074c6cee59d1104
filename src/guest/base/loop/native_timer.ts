/** Timers of bindings themselves, apart from those of Node's timers module. They do not keep the loop alive. */

export interface NativeTimer {
  due: number;
  run: () => void;
}

const timers = new Set<NativeTimer>();
let clock: () => number = () => 0;

export function setNativeTimerClock(now: () => number): void {
  clock = now;
}

export function setNativeTimer(run: () => void, milliseconds: number): NativeTimer {
  const timer = { due: clock() + milliseconds, run };
  timers.add(timer);
  return timer;
}

export function clearNativeTimer(timer: NativeTimer): void {
  timers.delete(timer);
}

export function nextNativeTimer(): number {
  let due = Number.POSITIVE_INFINITY;
  for (const timer of timers) due = Math.min(due, timer.due);
  return due;
}

export function runNativeTimers(now: number): void {
  if (timers.size === 0) return;
  const ready = [...timers].filter((timer) => timer.due <= now).sort((a, b) => a.due - b.due);
  // No loop over an array's iterator: programs may delete it.
  ready.forEach((timer) => {
    if (timers.delete(timer)) timer.run();
  });
}
