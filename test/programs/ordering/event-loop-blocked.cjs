const start = Date.now();
setTimeout(() => console.log("10"), 10);
setTimeout(() => console.log("5"), 5);
setTimeout(() => console.log("1"), 1);
const interval = setInterval(() => {
  console.log("interval");
  clearInterval(interval);
}, 3);
while (Date.now() - start < 30);
setImmediate(() => console.log("immediate"));
process.nextTick(() => console.log("tick"));
