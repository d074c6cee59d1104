// Hashes, HMAC, key derivation, random data and primes through the public API.
const crypto = require("node:crypto");
const { pipeline, Readable } = require("node:stream");

const text = "Grüße, 世界";
for (const name of ["md5", "sha1", "sha256", "sha3-512", "blake2s256", "shake256"])
  console.log(name, crypto.createHash(name).update(text).update(Buffer.from([0, 1])).digest("hex"));
console.log(crypto.createHash("shake128", { outputLength: 40 }).update(text, "latin1").digest("base64url"));
console.log(crypto.hash("sha256", text, "base64"), crypto.createHash("sha1").update("6162", "hex").copy().digest("binary").length);
console.log(crypto.createHmac("sha512", crypto.createSecretKey(Buffer.from("key"))).update(text).digest("hex"));
console.log(crypto.pbkdf2Sync("password", "salt", 1000, 40, "sha512").toString("hex"));
console.log(crypto.scryptSync("password", "salt", 40, { N: 1024 }).toString("hex"));
console.log(Buffer.from(crypto.hkdfSync("sha256", "key", "salt", "info", 40)).toString("hex"));
console.log(crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("a")), crypto.randomBytes(9).length, crypto.randomInt(5, 6));
console.log(/^[0-9a-f-]{36}$/.test(crypto.randomUUID()), crypto.checkPrimeSync(crypto.generatePrimeSync(64)), crypto.getHashes().length);

for (const attempt of [
  () => crypto.createHash("nothing"),
  () => crypto.createHash("sha256", { outputLength: 5 }),
  () => crypto.createHmac("nothing", "key"),
  () => crypto.createHash("sha1").update(5),
  () => crypto.pbkdf2Sync("p", "s", 0, 1, "sha1"),
  () => crypto.scryptSync("p", "s", 10, { N: 3 }),
  () => crypto.hkdfSync("sha256", "k", "s", "i", 1e6),
  () => crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("ab")),
]) {
  try {
    console.log(attempt());
  } catch ({ name, message, code, library, reason, opensslErrorStack }) {
    console.log({ name, message, code, library, reason, opensslErrorStack });
  }
}

pipeline(Readable.from(["some ", "chunks"]), crypto.createHash("sha256").setEncoding("hex"), async (stream) => {
  for await (const digest of stream) console.log("stream", digest);
}, (error) => console.log("piped", error));
