import { TransformStream, CountQueuingStrategy, ByteLengthQueuingStrategy } from "node:stream/web";
const upper = new TransformStream({
  transform(chunk, controller) {
    controller.enqueue(chunk.toUpperCase());
  },
  flush: (controller) => controller.enqueue("flushed"),
});
const chunks = [];
await ReadableStream.from(["a", "b"])
  .pipeThrough(upper)
  .pipeTo(new WritableStream({ write: (chunk) => void chunks.push(chunk), close: () => void chunks.push("closed") }));
console.log(chunks);
console.log(
  new CountQueuingStrategy({ highWaterMark: 3 }),
  new ByteLengthQueuingStrategy({ highWaterMark: 9 }).size(new Uint8Array(4)),
);
const decoder = ReadableStream.from([new Uint8Array([0xe2, 0x82]), new Uint8Array([0xac])]).pipeThrough(
  new TextDecoderStream(),
);
for await (const text of decoder) console.log(text);
for await (const bytes of ReadableStream.from(["é", "\ud83d", "\ude00"]).pipeThrough(new TextEncoderStream()))
  console.log(bytes);
const failing = new TransformStream({ transform: () => Promise.reject(new Error("transform fails")) });
const writer = failing.writable.getWriter();
writer.write("x").catch((error) => console.log("write", error.message));
await failing.readable
  .getReader()
  .read()
  .catch((error) => console.log("read", error.message));
await writer.closed.catch((error) => console.log("closed", error.message));
console.log(writer.desiredSize, failing);
