const { StringDecoder } = require("node:string_decoder");
const bytes = Buffer.from("a€😀é");
for (const encoding of ["utf8", "utf16le", "base64", "base64url", "latin1", "hex", "ascii"]) {
  const decoder = new StringDecoder(encoding);
  const source = encoding === "utf16le" ? Buffer.from("a€😀é", "utf16le") : bytes;
  const parts = [];
  for (const byte of source) parts.push(decoder.write(Buffer.of(byte)));
  console.log(encoding, parts, JSON.stringify(decoder.end()));
}
const decoder = new StringDecoder();
console.log(
  decoder.write(Buffer.from([0xe2, 0x82])),
  decoder.lastNeed,
  decoder.lastTotal,
  decoder.lastChar,
  JSON.stringify(decoder.end()),
  JSON.stringify(decoder.end(Buffer.from([0xf0, 0x9f]))),
);
console.log(
  JSON.stringify(decoder.write(Buffer.from([0xff, 0x41, 0xe2, 0x41, 0xc0]))),
  decoder.write("already text"),
  decoder.encoding,
  decoder.write(new Uint8Array([0x62])),
  decoder.write(new DataView(new ArrayBuffer(1))).length,
);
for (const fail of [
  () => new StringDecoder("nope"),
  () => decoder.write(1),
  () => decoder.write(null),
  () => StringDecoder.prototype.write.call({}, Buffer.from("x")),
]) {
  try {
    fail();
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
