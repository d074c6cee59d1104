// run: {"nodeArgs": ["--expose-internals", "--no-warnings"]}
const { internalBinding } = require("internal/test/binding");
const { startSigintWatchdog, stopSigintWatchdog, watchdogHasPendingSigint } = internalBinding("contextify");

function whenPending(next) {
  if (watchdogHasPendingSigint()) next();
  else setImmediate(whenPending, next);
}

startSigintWatchdog();
startSigintWatchdog();
process.kill(process.pid, "SIGINT");
whenPending(() => {
  console.log("one signal, two watches:", stopSigintWatchdog(), stopSigintWatchdog());
  startSigintWatchdog();
  startSigintWatchdog();
  console.log("none yet:", stopSigintWatchdog());
  process.kill(process.pid, "SIGINT");
  whenPending(() => console.log("then one:", stopSigintWatchdog()));
});
