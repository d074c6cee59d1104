import { loopNow, type Steps, setCheckSource, setTimerSource, updateTime } from "../base/loop/loop.ts";
import { engine } from "../base/native.ts";

const kCount = 0;
const kRefCount = 1;
const kHasOutstanding = 2;

export function createTimers(): object {
  const immediateInfo = new Uint32Array(3);
  const timeoutInfo = new Int32Array(1);
  let processImmediate: Function;
  let processTimers: Function;
  const timer = {
    due: Number.POSITIVE_INFINITY,
    get refed() {
      return timeoutInfo[0]! > 0;
    },
    activeCount: () => timeoutInfo[0]!,
    *run(): Steps {
      timer.due = Number.POSITIVE_INFINITY;
      let next: number | undefined;
      // An uncaught exception that was handled leaves the remaining lists for another go.
      do {
        updateTime();
        next = yield [(globalThis as any).process, processTimers, 0, 0, loopNow()];
      } while (next === undefined && !engine.isTerminating());
      if (next === undefined || next === 0) return;
      // What ran behind the timers, ticks and promises, may have asked for an earlier time.
      timer.due = Math.min(timer.due, Math.max(loopNow() + 1, Math.abs(next)));
    },
  };
  const schedule = (duration: number) => {
    timer.due = loopNow() + duration;
  };
  setTimerSource(timer);
  setCheckSource({
    get pending() {
      return immediateInfo[kCount]! > 0;
    },
    get refed() {
      return immediateInfo[kRefCount]! > 0;
    },
    activeCount: () => immediateInfo[kRefCount]!,
    *run(): Steps {
      do yield [(globalThis as any).process, processImmediate, 0, 0];
      while (immediateInfo[kHasOutstanding] && !engine.isTerminating());
    },
  });
  return {
    setupTimers(immediate: Function, timers: Function) {
      processImmediate = immediate;
      processTimers = timers;
    },
    // As Environment::GetNow: the time now, not that of the loop's last phase, or timers of a long script fire early.
    getLibuvNow: () => {
      updateTime();
      return loopNow();
    },
    scheduleTimer: (duration: number) => schedule(Math.max(1, Math.trunc(duration))),
    // The loop looks at the counters itself.
    toggleTimerRef() {},
    toggleImmediateRef() {},
    immediateInfo,
    timeoutInfo,
  };
}
