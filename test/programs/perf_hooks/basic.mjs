import {
  createHistogram,
  monitorEventLoopDelay,
  performance,
  PerformanceEntry,
  PerformanceObserver,
} from "node:perf_hooks";
console.log(
  performance.now() > 0,
  performance.timeOrigin > 1e12,
  typeof performance.nodeTiming.bootstrapComplete,
  performance.nodeTiming.entryType,
  Object.keys(performance.eventLoopUtilization()),
);
performance.mark("a", { detail: { x: 1 }, startTime: 10 });
performance.mark("b", { startTime: 25 });
const measure = performance.measure("a to b", "a", "b");
console.log(
  measure.name,
  measure.duration,
  measure.startTime,
  measure.entryType,
  measure.detail,
  performance.getEntriesByName("a")[0],
  performance.getEntriesByType("measure").length,
);
console.log(performance.measure("explicit", { start: 1, duration: 4, detail: "d" }).toJSON());
performance.clearMarks("a");
console.log(performance.getEntries().map((entry) => entry.name));
for (const fail of [
  () => performance.measure("x", "missing"),
  () => performance.mark("neg", { startTime: -1 }),
  () => new PerformanceEntry(),
  () => performance.mark(Symbol("s")),
  () => performance.mark(),
]) {
  try {
    fail();
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
const observed = new Promise((resolve) =>
  new PerformanceObserver(
    (list, observer) => (observer.disconnect(), resolve(list.getEntries().map((entry) => entry.name))),
  ).observe({ entryTypes: ["mark"] }),
);
performance.mark("observed");
console.log(await observed, PerformanceObserver.supportedEntryTypes);
const histogram = createHistogram();
for (const value of [1, 2, 3, 100]) histogram.record(value);
console.log(
  histogram.min,
  histogram.max,
  histogram.mean,
  histogram.count,
  histogram.percentile(50),
  histogram.exceeds,
  histogram.percentiles,
);
console.log(monitorEventLoopDelay().enable(), Object.prototype.toString.call(performance));
const timed = performance.timerify(function add(a, b) {
  return a + b;
});
console.log(timed(1, 2), timed.name, timed.length);
