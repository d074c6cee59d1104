/** What the `performance` binding gets from the event loop and the kernel's clocks; the rest of it is the engine's. */

import { SYS } from "../../abi/syscalls.ts";
import { CLOCK_MONOTONIC, CLOCK_REALTIME } from "../../abi/time.ts";
import { loopIdleTime, loopMetrics } from "../base/loop/loop.ts";
import { clearNativeTimer, type NativeTimer, setNativeTimer } from "../base/loop/native_timer.ts";
import { engine, syscall } from "../base/native.ts";

/** The longest delay that monitorEventLoopDelay tells apart: an hour, in ns. */
const HIGHEST_DELAY = 3_600_000_000_000;
const DELAY_FIGURES = 3;

export function extendPerformance(target: any): any {
  return Object.assign(target, {
    loopIdleTime,
    uvMetricsInfo: loopMetrics,
    createELDHistogram(interval: number) {
      const histogram = new target.Histogram(1, HIGHEST_DELAY, DELAY_FIGURES);
      let timer: NativeTimer | undefined;
      const tick = () => {
        histogram.recordDelta();
        timer = setNativeTimer(tick, interval);
      };
      histogram.start = (reset?: boolean) => {
        if (reset === true) histogram.reset();
        timer ??= setNativeTimer(tick, interval);
      };
      histogram.stop = () => {
        if (timer !== undefined) clearNativeTimer(timer);
        timer = undefined;
      };
      return histogram;
    },
  });
}

/** Sets performance.timeOrigin and the milestones of a process that is just starting. */
export function startPerformanceClock(performance: any): void {
  const elapsed = engine.now();
  const monotonicNs = Number(syscall(SYS.clock_gettime, CLOCK_MONOTONIC));
  const wallUs = Number(syscall(SYS.clock_gettime, CLOCK_REALTIME)) / 1e3;
  performance.startClock(monotonicNs, wallUs, elapsed);
}
