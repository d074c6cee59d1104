const first = process.hrtime();
const second = process.hrtime(first);
console.log(first.length, second.length, second[0], second[1] >= 0);
const start = process.hrtime.bigint();
console.log(typeof start, process.hrtime.bigint() >= start);
try {
  process.hrtime([1]);
} catch (error) {
  console.log(error.code, error.message);
}
try {
  process.hrtime(1);
} catch (error) {
  console.log(error.code, error.message);
}
console.log(process.uptime() > 0, process.uptime() < 60);
