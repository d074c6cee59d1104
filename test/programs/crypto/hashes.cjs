const crypto = require("node:crypto");
for (const name of [
  "md5",
  "sha1",
  "sha224",
  "sha256",
  "sha384",
  "sha512",
  "sha512-256",
  "sha3-256",
  "ripemd160",
  "RSA-SHA256",
  "blake2b512",
  "blake2s256",
])
  console.log(name, crypto.createHash(name).update("abc").update(Buffer.from("é")).digest("hex"));
console.log(
  crypto.createHash("shake128", { outputLength: 5 }).update("x").digest("hex"),
  crypto.createHash("shake256", { outputLength: 0 }).digest("hex"),
  crypto.hash("sha1", "abc"),
  crypto.hash("md5", Buffer.from("abc"), "base64"),
  crypto.hash("sha256", "a", "buffer").length,
);
const hash = crypto.createHash("sha256").update("partial");
const copy = hash.copy();
console.log(
  hash.update("ff00", "hex").digest("base64url"),
  copy.digest("latin1").length,
  crypto.getHashes().includes("sha256"),
  crypto.getHashes().length > 20,
);
for (const fail of [
  () => crypto.createHash("nope"),
  () => hash.update("x"),
  () => hash.digest(),
  () => hash.copy(),
  () => crypto.createHash("sha1").update(1),
  () => crypto.createHash(),
  () => crypto.createHash("sha256", { outputLength: 5 }),
  () => crypto.hash("sha1"),
  () => crypto.hash("sha1", "x", "nope"),
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message.split("\n")[0]);
  }
}
const stream = crypto.createHash("sha1");
stream.on("readable", () => console.log(stream.read()?.toString("hex")));
stream.end("streamed");
