const crypto = require("node:crypto");
const key = Buffer.alloc(32, 1);
const nonce = Buffer.alloc(12, 2);
for (const [name, options] of [
  ["aes-256-gcm"],
  ["aes-128-gcm", { authTagLength: 8 }],
  ["chacha20-poly1305", { authTagLength: 16 }],
  ["aes-256-ccm", { authTagLength: 12 }],
  ["aes-128-ocb", { authTagLength: 16 }],
]) {
  const { keyLength } = crypto.getCipherInfo(name);
  const cipher = crypto.createCipheriv(name, key.subarray(0, keyLength), nonce, options);
  const text = Buffer.from("authenticated");
  cipher.setAAD(Buffer.from("header"), { plaintextLength: text.length });
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  const tag = cipher.getAuthTag();
  console.log(name, sealed.toString("hex"), tag.toString("hex"));
  for (const flip of [0, 1]) {
    const decipher = crypto.createDecipheriv(name, key.subarray(0, keyLength), nonce, options);
    const wrong = Buffer.from(tag);
    wrong[0] ^= flip;
    try {
      decipher.setAuthTag(wrong);
      decipher.setAAD(Buffer.from("header"), { plaintextLength: sealed.length });
      console.log(Buffer.concat([decipher.update(sealed), decipher.final()]).toString());
    } catch (error) {
      console.log(error.name, error.code, error.message);
    }
  }
}
for (const fail of [
  () => crypto.createCipheriv("aes-256-gcm", key, nonce).getAuthTag(),
  () => crypto.createDecipheriv("aes-256-gcm", key, nonce).final(),
  () => crypto.createCipheriv("aes-256-ccm", key, nonce),
  () => crypto.createCipheriv("aes-256-gcm", key, nonce, { authTagLength: 3 }),
  () => crypto.createDecipheriv("aes-256-gcm", key, nonce).setAuthTag(Buffer.alloc(3)),
  () => crypto.createCipheriv("aes-256-gcm", key, Buffer.alloc(0)),
  () => crypto.createCipheriv("aes-256-gcm", key, nonce).setAAD("text") && "accepted",
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
