import { Readable, Writable, Duplex } from "node:stream";
const web = Readable.toWeb(Readable.from([Buffer.from("from "), Buffer.from("node")]));
for await (const chunk of web) console.log(Buffer.from(chunk).toString());
const node = Readable.fromWeb(ReadableStream.from(["from", "web"]));
console.log(await node.toArray());
const sink = [];
const writable = Writable.fromWeb(
  new WritableStream({ write: (chunk) => void sink.push(Buffer.from(chunk).toString()) }),
);
await new Promise((resolve) => writable.end("written", resolve));
console.log(sink);
const compressed = ReadableStream.from([Buffer.from("compress me ".repeat(20))]).pipeThrough(
  new CompressionStream("gzip"),
);
const restored = compressed.pipeThrough(new DecompressionStream("gzip")).pipeThrough(new TextDecoderStream());
let text = "";
for await (const chunk of restored) text += chunk;
console.log(text.length);
const duplex = Duplex.fromWeb(new TransformStream());
duplex.end("x");
console.log((await duplex.toArray()).map(String));
try {
  new CompressionStream("lzma");
} catch (error) {
  console.log(error.name, error.code, error.message);
}
