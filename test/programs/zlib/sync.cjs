const zlib = require("node:zlib");
const text = Buffer.from("compress this text, compress it well; ".repeat(30));
for (const [pack, unpack] of [
  ["deflateSync", "inflateSync"],
  ["deflateRawSync", "inflateRawSync"],
  ["gzipSync", "gunzipSync"],
  ["brotliCompressSync", "brotliDecompressSync"],
  ["zstdCompressSync", "zstdDecompressSync"],
  ["gzipSync", "unzipSync"],
  ["deflateSync", "unzipSync"],
]) {
  const packed = zlib[pack](text);
  console.log(pack, unpack, packed.length, packed.toString("hex").slice(0, 60), zlib[unpack](packed).equals(text));
}
for (const options of [
  { level: 0 },
  { level: 9, memLevel: 9 },
  { windowBits: 9 },
  { strategy: zlib.constants.Z_HUFFMAN_ONLY },
  { dictionary: Buffer.from("compress this text") },
  { chunkSize: 64 },
])
  console.log(options, zlib.deflateSync(text, options).length);
console.log(
  zlib.inflateSync(zlib.deflateSync(text, { dictionary: Buffer.from("text") }), { dictionary: Buffer.from("text") })
    .length,
  zlib.brotliCompressSync(text, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }).length,
  zlib.gunzipSync(Buffer.concat([zlib.gzipSync("one"), zlib.gzipSync("two")])).toString(),
  zlib.deflateSync("").toString("hex"),
);
console.log(
  zlib.crc32("hello"),
  zlib.crc32(Buffer.from("world"), zlib.crc32("hello ")),
  zlib.gzipSync("x", { info: true }).buffer.length,
  zlib.gunzipSync(zlib.gzipSync("abc"), { maxOutputLength: 3 }).toString(),
);
for (const fail of [
  () => zlib.inflateSync(Buffer.from("garbage!")),
  () => zlib.gunzipSync(zlib.gzipSync("x").subarray(0, 15)),
  () => zlib.gunzipSync(Buffer.alloc(0)),
  () => zlib.inflateSync(zlib.deflateSync("x", { dictionary: Buffer.from("d") })),
  () => zlib.inflateSync(zlib.deflateSync("x", { dictionary: Buffer.from("d") }), { dictionary: Buffer.from("e") }),
  () => zlib.brotliDecompressSync(Buffer.from([1, 2, 3])),
  () => zlib.zstdDecompressSync(Buffer.from("nope, no")),
  () => zlib.deflateSync(5),
  () => zlib.deflateSync("x", { level: 10 }),
  () => zlib.createGzip({ windowBits: 99 }),
  () => zlib.gunzipSync(zlib.gzipSync("abc"), { maxOutputLength: 2 }),
  () => zlib.deflateSync("x", { chunkSize: 1 }),
  () => zlib.brotliCompressSync("x", { params: { 99: 1 } }),
  () => zlib.createBrotliCompress({ params: { 1: 99 } }),
]) {
  try {
    // What a call gives is named only: a stream would show memory that was never written.
    console.log(fail().constructor.name);
  } catch (error) {
    console.log(error.name, error.code, error.errno, error.message);
  }
}
