// run: {"pipes": true}
// Writes that wait hold the one buffer that they were given, however often.
const line = `${"x".repeat(1023)}\n`;
const megabyte = Buffer.from(line.repeat(1024));
let done = 0;
for (let i = 0; i < 100; i++) process.stdout.write(megabyte, () => done++);
console.error(process.stdout.writableLength > 0);
process.on("exit", () => {
  console.error(done, process.memoryUsage().arrayBuffers < 20e6, process.resourceUsage().maxRSS < 300e3);
});
