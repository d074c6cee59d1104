// run: {"nodeArgs": ["--expose-gc"]}
import { constants, PerformanceObserver } from "node:perf_hooks";

const observer = new PerformanceObserver((list) => {
  const [{ name, detail }] = list.getEntries();
  console.log(name, detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR, detail.flags);
  observer.disconnect();
});
observer.observe({ entryTypes: ["gc"] });
gc();
await new Promise(setImmediate);
await new Promise(setImmediate);
const later = gc({ execution: "async" });
console.log(later instanceof Promise, await later);
