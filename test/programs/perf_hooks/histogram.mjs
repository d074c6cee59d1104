import { createHistogram, monitorEventLoopDelay, performance } from "node:perf_hooks";

const attempt = (name, fn) => {
  try {
    console.log(name, fn());
  } catch (error) {
    console.log(name, "throws", error.name, error.code, error.message);
  }
};

const histogram = createHistogram();
for (let i = 1; i <= 2000; i++) histogram.record(i * (i % 7) + 1);
console.log(histogram, histogram.toJSON(), histogram.percentileBigInt(99), histogram.countBigInt);
const other = createHistogram({ lowest: 10, highest: 1000, figures: 1 });
other.record(500n);
other.record(5000);
histogram.add(other);
console.log(other, histogram.count, structuredClone(histogram).max);
histogram.reset();
console.log(histogram);
histogram.recordDelta();
histogram.recordDelta();
console.log(histogram.count);

attempt("zero", () => histogram.record(0));
attempt("text", () => histogram.record("1"));
attempt("large", () => histogram.record(2n ** 80n));
attempt("percentile", () => histogram.percentile(101));
attempt("options", () => createHistogram({ lowest: 5, highest: 6 }));
attempt("figures", () => createHistogram({ figures: 9 }));
attempt("constructor", () => new histogram.constructor());
attempt("resolution", () => monitorEventLoopDelay({ resolution: 0 }));

const timed = createHistogram();
const timerified = performance.timerify(() => 5, { histogram: timed });
console.log(timerified(), timerified(), timed.count, timed.min > 0);

const delay = monitorEventLoopDelay({ resolution: 5 });
console.log(delay.enable(), delay.enable());
const enough = new Promise((resolve) => {
  const look = setInterval(() => {
    if (delay.count < 3) return;
    clearInterval(look);
    resolve();
  }, 5);
});
await enough;
console.log(delay.disable(), delay.disable(), delay.min > 0, delay.max >= delay.min, delay.percentiles.size > 1);

const { idle, active, utilization } = performance.eventLoopUtilization();
console.log(idle >= 0, active > 0, utilization > 0 && utilization <= 1);
const { nodeTiming } = performance;
console.log(
  nodeTiming.bootstrapComplete > 0,
  nodeTiming.loopStart >= nodeTiming.bootstrapComplete,
  nodeTiming.loopExit,
);
console.log(Object.keys(nodeTiming.uvMetricsInfo), nodeTiming.idleTime >= 0, Object.keys(nodeTiming.toJSON()));
process.on("exit", () => console.log(nodeTiming.loopExit > 0));
