const { Readable, Writable } = require("node:stream");
const bytes = Buffer.from("a€😀b");
const readable = new Readable({ read() {} });
readable.setEncoding("utf8");
readable.on("data", (text) => console.log(JSON.stringify(text)));
for (const byte of bytes) readable.push(Buffer.of(byte));
readable.push(null);
const base64 = new Readable({ read() {}, encoding: "base64" });
for (const byte of bytes) base64.push(Buffer.of(byte));
base64.push(null);
base64.on("data", (text) => console.log(text));
const plain = new Writable({
  decodeStrings: false,
  defaultEncoding: "hex",
  write: (chunk, encoding, done) => (console.log(typeof chunk, encoding), done()),
});
plain.write("ff");
plain.write("text", "latin1");
plain.setDefaultEncoding("utf16le");
plain.write(Buffer.from("x"));
plain.end("é");
try {
  plain.setDefaultEncoding("nope");
} catch (error) {
  console.log(error.code, error.message);
}
