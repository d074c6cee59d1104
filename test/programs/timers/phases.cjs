setImmediate(() => {
  console.log("immediate 1");
  process.nextTick(() => console.log("tick in immediate"));
  Promise.resolve().then(() => console.log("microtask in immediate"));
  setImmediate(() => console.log("immediate of the next round"));
});
setImmediate(() => console.log("immediate 2"));
setImmediate(() => {
  setTimeout(() => console.log("timeout after immediates"), 0);
  for (const until = performance.now() + 5; performance.now() < until; );
});
const cleared = setImmediate(() => console.log("never"));
setImmediate(() => clearImmediate(later));
const later = setImmediate(() => console.log("never, cleared by one before it"));
clearImmediate(cleared);
