const usage = process.memoryUsage();
console.log(
  Object.keys(usage),
  Object.values(usage).every((value) => Number.isInteger(value) && value >= 0),
);
console.log(usage.rss > 1e6, usage.heapUsed <= usage.heapTotal, process.memoryUsage.rss() > 1e6);
const cpu = process.cpuUsage();
console.log(Object.keys(cpu));
for (let sum = 0, i = 0; i < 2e7; i++) sum += i;
const spent = process.cpuUsage(cpu);
console.log(spent.user >= 0, spent.system >= 0);
try {
  process.cpuUsage({ user: -1, system: 0 });
} catch (error) {
  console.log(error.code, error.message);
}
console.log(Object.keys(process.resourceUsage()).join());
console.log(typeof process.constrainedMemory(), typeof process.availableMemory());
const held = Buffer.alloc(4 << 20);
console.log(process.memoryUsage().arrayBuffers - usage.arrayBuffers >= held.length);
