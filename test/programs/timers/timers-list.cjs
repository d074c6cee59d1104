const log = [];
for (let i = 0; i < 3; i++) {
  setTimeout(() => {
    log.push(`t${i}`);
    process.nextTick(() => log.push(`tick${i}`));
    Promise.resolve().then(() => log.push(`micro${i}`));
  }, 5);
}
let count = 0;
const interval = setInterval(() => {
  log.push(`i${count}`);
  if (++count === 3) {
    clearInterval(interval);
    console.log(log.join(" "));
  }
}, 20);
setTimeout(() => {
  throw new Error("in a timer");
}, 6);
setTimeout(() => log.push("after the throwing one"), 6);
process.on("uncaughtException", (error) => log.push(error.message));
