import { setTimeout as sleep, setImmediate as immediate, setInterval as every, scheduler } from "node:timers/promises";
console.log(await sleep(1, "slept"), await immediate("soon"));
let rounds = 0;
for await (const value of every(1, "interval")) {
  console.log(value);
  if (++rounds === 3) break;
}
const controller = new AbortController();
setTimeout(() => controller.abort(new Error("reason")), 1);
await sleep(10_000, null, { signal: controller.signal }).catch((error) =>
  console.log(error.name, error.code, error.message, error.cause.message),
);
await sleep(10, null, { signal: AbortSignal.abort() }).catch((error) => console.log(error.name));
await sleep(1, 0, { ref: "yes" }).catch((error) => console.log(error.code));
await sleep("soon").then(
  () => console.log("coerced"),
  (error) => console.log(error.code),
);
await scheduler.wait(1);
await scheduler.yield();
console.log("done");
await AbortSignal.timeout(1).throwIfAborted?.();
const timeoutSignal = AbortSignal.timeout(1);
await new Promise(
  (resolve) => timeoutSignal.addEventListener("abort", resolve, { once: true }) ?? setTimeout(() => {}, 50),
);
console.log(timeoutSignal.reason.name, timeoutSignal.reason.code);
