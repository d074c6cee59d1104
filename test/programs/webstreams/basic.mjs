const stream = new ReadableStream({
  start(controller) {
    controller.enqueue("a");
    controller.enqueue("b");
  },
  pull(controller) {
    controller.enqueue("pulled");
    controller.close();
  },
  cancel: (reason) => console.log("cancelled", reason),
});
console.log(stream, stream.locked);
const [left, right] = stream.tee();
console.log(stream.locked);
for await (const chunk of left) console.log("left", chunk);
const reader = right.getReader();
console.log(await reader.read(), await reader.read(), await reader.read(), await reader.read());
await reader.closed;
reader.releaseLock();
console.log(right.locked);
await reader.read().catch((error) => console.log(error.name, error.code, error.message));
const values = (await Array.fromAsync?.(ReadableStream.from([1, 2, 3]))) ?? [];
console.log(values);
try {
  stream.getReader();
} catch (error) {
  console.log(error.name, error.code, error.message);
}
const cancelled = new ReadableStream({ cancel: (reason) => console.log("cancel", reason) });
await cancelled.cancel("enough");
