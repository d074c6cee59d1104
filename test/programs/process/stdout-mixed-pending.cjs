// run: {"pipes": true}
// Writes that wait keep their order, whatever they are made of.
for (let i = 0; i < 3000; i++) {
  process.stdout.write(`${i} text ${"é".repeat(i % 90)}\n`);
  if (i % 3 === 0) process.stdout.write(Buffer.from(`${i} bytes\n`));
  if (i % 7 === 0) process.stdout.write(`${i} latin \xe9\n`, "latin1");
  if (i % 11 === 0) process.stdout.write(new Uint8Array(0));
  if (i === 1500) process.stdout.write("y".repeat(200_000));
}
process.stdout.cork();
for (let i = 0; i < 50; i++) process.stdout.write(Buffer.alloc(i * 37, 0x61 + (i % 26)));
process.stdout.write("end of the corked\n");
process.stdout.uncork();
console.error(process.stdout._handle.writeQueueSize > 0, process.stdout._handle.bytesWritten > 0);
process.on("exit", () => console.error(process.stdout._handle.writeQueueSize, process.stdout._handle.bytesWritten));
