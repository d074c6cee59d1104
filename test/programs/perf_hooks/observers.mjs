import { constants, performance, PerformanceObserver } from "node:perf_hooks";

const observe = (options, act) =>
  new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      observer.disconnect();
      resolve(list.getEntries());
    });
    observer.observe(options);
    act();
  });

console.log(PerformanceObserver.supportedEntryTypes, constants);
const marks = await observe({ entryTypes: ["mark", "measure"] }, () => {
  performance.mark("a", { detail: { deep: [1] } });
  performance.measure("b", "a");
});
console.log(marks.map(({ name, entryType, detail }) => [name, entryType, detail]));

const [collection] = await observe({ type: "gc" }, () => {
  globalThis.kept = [];
  const timer = setInterval(() => {
    for (let i = 0; i < 200_000; i++) kept.push({ i });
    if (kept.length > 2_000_000) clearInterval(timer);
  }, 1);
  timer.unref();
  setTimeout(() => {}, 200);
});
const { name, entryType, detail, duration, startTime } = collection;
console.log(name, entryType, Object.keys(detail), duration >= 0, startTime > 0 && startTime < performance.now());
console.log(
  Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 1000,
  performance.toJSON().timeOrigin === performance.timeOrigin,
);
