const { subtle } = globalThis.crypto;
const hex = (bytes) => Buffer.from(bytes).toString("hex");
for (const name of ["SHA-1", "SHA-256", "SHA-384", "SHA-512"])
  console.log(name, hex(await subtle.digest(name, Buffer.from("abc"))));
const key = await subtle.importKey("raw", Buffer.from("secret"), { name: "HMAC", hash: "SHA-256" }, true, [
  "sign",
  "verify",
]);
console.log(key, key.algorithm, key.usages);
const signature = await subtle.sign("HMAC", key, Buffer.from("data"));
console.log(
  hex(signature),
  await subtle.verify("HMAC", key, signature, Buffer.from("data")),
  await subtle.verify("HMAC", key, signature, Buffer.from("datb")),
  await subtle.exportKey("jwk", key),
  hex(await subtle.exportKey("raw", key)),
);
for (const fail of [
  () => subtle.digest("MD5", Buffer.alloc(1)),
  () => subtle.digest("SHA-1"),
  () => subtle.importKey("raw", Buffer.alloc(1), "HMAC", true, ["sign"]),
  () => subtle.importKey("raw", Buffer.alloc(4), { name: "HMAC", hash: "SHA-1" }, true, ["encrypt"]),
  () => subtle.sign("HMAC", {}, Buffer.alloc(1)),
  () => subtle.generateKey({ name: "AES-GCM", length: 100 }, true, ["encrypt"]),
  () => subtle.generateKey({ name: "AES-GCM", length: 128 }, true, []),
]) {
  await fail().catch((error) => console.log(error.name, error.code, error.message));
}
console.log(Object.prototype.toString.call(crypto), Object.prototype.toString.call(subtle), crypto.randomUUID().length);
