const stream = new ReadableStream({
  type: "bytes",
  autoAllocateChunkSize: 8,
  pull(controller) {
    const { view } = controller.byobRequest;
    view[0] = 65 + (this.count ??= 0);
    this.count++;
    controller.byobRequest.respond(1);
    if (this.count === 3) controller.close();
  },
});
const reader = stream.getReader({ mode: "byob" });
let buffer = new ArrayBuffer(4);
for (let i = 0; i < 2; i++) {
  const { value, done } = await reader.read(new Uint8Array(buffer));
  console.log(value, done, buffer.byteLength);
  buffer = value.buffer;
}
reader.releaseLock();
console.log(stream.locked);
for (const fail of [
  () => new ReadableStream({ type: "nope" }),
  () => stream.getReader({ mode: "x" }),
  () => new ReadableStreamBYOBReader(new ReadableStream()),
  () => new ReadableStream({ type: "bytes" }, { size: () => 1 }),
]) {
  try {
    fail();
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
