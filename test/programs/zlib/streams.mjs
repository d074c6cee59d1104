import zlib from "node:zlib";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { promisify } from "node:util";
for (const [pack, unpack] of [
  ["createGzip", "createGunzip"],
  ["createDeflateRaw", "createInflateRaw"],
  ["createBrotliCompress", "createBrotliDecompress"],
  ["createZstdCompress", "createZstdDecompress"],
  ["createDeflate", "createUnzip"],
]) {
  const chunks = [];
  const source = Readable.from(Array.from({ length: 50 }, (_, i) => Buffer.from(`chunk ${i} `.repeat(100))));
  await pipeline(source, zlib[pack](), zlib[unpack](), async (output) => {
    for await (const chunk of output) chunks.push(chunk);
  });
  console.log(pack, Buffer.concat(chunks).length, Buffer.concat(chunks).subarray(0, 8).toString());
}
const gzip = zlib.createGzip();
gzip.write("flushed");
await new Promise((resolve) => gzip.flush(resolve));
console.log(gzip.read()?.length > 0, gzip.bytesWritten);
await new Promise((resolve) => gzip.params(0, 0, resolve));
gzip.end();
gzip.resume();
const broken = zlib.createGunzip();
broken.on("error", (error) => console.log(error.code, error.errno, error.message, broken.destroyed));
broken.write("not gzip");
console.log(
  (await promisify(zlib.gzip)("async")).length,
  String(await promisify(zlib.gunzip)(await promisify(zlib.gzip)("round trip"))),
  String(await promisify(zlib.brotliDecompress)(await promisify(zlib.brotliCompress)("brotli"))),
);
zlib.inflate(Buffer.from("bad"), (error, result) => console.log(error.code, result));
const closed = zlib.createDeflate();
closed.close(() => console.log("closed"));
closed.write("x", (error) => console.log(error?.code));
