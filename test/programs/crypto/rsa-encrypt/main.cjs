const crypto = require("node:crypto");
const { rsa } = require("./keys.json");
const publicKey = crypto.createPublicKey(rsa);
for (const padding of ["RSA_PKCS1_OAEP_PADDING", "RSA_PKCS1_PADDING"]) {
  const sealed = crypto.publicEncrypt({ key: publicKey, padding: crypto.constants[padding] }, Buffer.from("secret"));
  console.log(
    padding,
    sealed.length,
    crypto.privateDecrypt({ key: rsa, padding: crypto.constants[padding] }, sealed).toString(),
  );
}
const labelled = crypto.publicEncrypt(
  { key: publicKey, oaepHash: "sha256", oaepLabel: Buffer.from("label") },
  Buffer.from("x"),
);
console.log(
  crypto.privateDecrypt({ key: rsa, oaepHash: "sha256", oaepLabel: Buffer.from("label") }, labelled).toString(),
);
console.log(
  crypto.privateEncrypt(rsa, Buffer.from("deterministic")).toString("base64").slice(0, 40),
  crypto.publicDecrypt(publicKey, crypto.privateEncrypt(rsa, Buffer.from("deterministic"))).toString(),
);
for (const fail of [
  () => crypto.privateDecrypt({ key: rsa, oaepHash: "sha256" }, labelled),
  () => crypto.publicEncrypt(publicKey, Buffer.alloc(300)),
  () => crypto.privateDecrypt(rsa, Buffer.alloc(10)),
  () => crypto.publicEncrypt({ key: publicKey, oaepHash: "nope" }, Buffer.alloc(1)),
  () => crypto.privateDecrypt(publicKey, Buffer.alloc(256)),
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
