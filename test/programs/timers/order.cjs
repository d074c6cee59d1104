const log = (text) => console.log(text);
setTimeout(log, 20, "timeout 20");
setTimeout(log, 1, "timeout 1");
setTimeout(log, 0, "timeout 0");
const stop = setTimeout(log, 3, "cleared");
clearTimeout(stop);
process.nextTick(log, "tick");
queueMicrotask(() => log("microtask"));
Promise.resolve()
  .then(() => log("promise"))
  .then(() => log("promise 2"));
process.nextTick(() => {
  log("tick 2");
  Promise.resolve().then(() => log("microtask from a tick"));
  process.nextTick(log, "tick from a tick");
});
(async () => {
  log("async body");
  await null;
  log("after await");
})();
log("main");
