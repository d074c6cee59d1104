// Streams of all formats, in chunks, with flushes, errors and early ends.
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import zlib from "node:zlib";

const text = Buffer.from(Array.from({ length: 5000 }, (_, i) => `line ${i * i} of the text\n`).join(""));
const chunks = function* (buffer, size) {
  for (let at = 0; at < buffer.length; at += size) yield buffer.subarray(at, at + size);
};
const collect = async (stream) => Buffer.concat(await Array.fromAsync(stream));

const pairs = [
  ["Gzip", "Gunzip"],
  ["Deflate", "Inflate"],
  ["DeflateRaw", "InflateRaw"],
  ["Gzip", "Unzip"],
  ["BrotliCompress", "BrotliDecompress"],
  ["ZstdCompress", "ZstdDecompress"],
];
for (const [compress, decompress] of pairs) {
  const packed = await collect(Readable.from(chunks(text, 7000)).pipe(zlib[`create${compress}`]()));
  const back = await collect(Readable.from(chunks(packed, 100)).pipe(zlib[`create${decompress}`]({ chunkSize: 1000 })));
  console.log(compress, packed.length, back.equals(text));
  const cut = Readable.from(chunks(packed.subarray(0, packed.length >> 1), 100));
  await pipeline(cut, zlib[`create${decompress}`](), async (source) => console.log((await collect(source)).length)).catch((error) =>
    console.log(decompress, error.code, error.errno, error.message),
  );
}

const deflate = zlib.createDeflate();
deflate.write("first ".repeat(100));
deflate.params(0, zlib.constants.Z_DEFAULT_STRATEGY, () => {
  console.log("params");
  deflate.flush(() => {
    console.log("flushed");
    deflate.end("second ".repeat(100));
  });
});
console.log(zlib.inflateSync(await collect(deflate)).toString().split(" ").length, deflate.bytesWritten);

const members = Buffer.concat([zlib.gzipSync("one "), zlib.gzipSync("two"), Buffer.alloc(5)]);
console.log(zlib.gunzipSync(members).toString());
for (const bad of [Buffer.from("nonsense"), zlib.gzipSync("x").fill(7, 12)])
  for (const read of [zlib.gunzipSync, zlib.inflateSync, zlib.brotliDecompressSync, zlib.zstdDecompressSync])
    try {
      console.log(read(bad));
    } catch (error) {
      console.log(error.name, error.code, error.errno, error.message);
    }
try {
  zlib.gunzipSync(zlib.gzipSync(text), { maxOutputLength: 100 });
} catch (error) {
  console.log(error.code);
}
const web = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")).pipeThrough(new DecompressionStream("gzip"));
console.log(Buffer.concat(await Array.fromAsync(web)).equals(text));
const destroyed = zlib.createInflate();
destroyed.on("close", () => console.log("closed"));
destroyed.write(zlib.deflateSync(text));
destroyed.destroy();
