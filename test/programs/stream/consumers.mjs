import { Readable, addAbortSignal, getDefaultHighWaterMark, isErrored, isReadable, isDisturbed } from "node:stream";
import { arrayBuffer, blob, buffer, json, text } from "node:stream/consumers";
const make = (...chunks) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
console.log(
  await text(make("hé", "llo")),
  await json(make('{"a":', "[1]}")),
  await buffer(make("x", "y")),
  (await arrayBuffer(make("abc"))).byteLength,
  (await blob(make("abcd"))).size,
);
await json(make("{")).catch((error) => console.log(error.name));
console.log(getDefaultHighWaterMark(false), getDefaultHighWaterMark(true));
const controller = new AbortController();
const readable = addAbortSignal(controller.signal, new Readable({ read() {} }));
readable.on("error", (error) =>
  console.log(error.name, isErrored(readable), isReadable(readable), isDisturbed(readable)),
);
controller.abort(new Error("reason"));
