const crypto = require("node:crypto");
const key = Buffer.alloc(32, "key");
const iv = Buffer.alloc(16, "iv");
for (const name of [
  "aes-128-cbc",
  "aes-192-ctr",
  "aes-256-cbc",
  "aes-256-ecb",
  "aes-128-cfb8",
  "aes-256-ofb",
  "chacha20",
  "camellia-128-cbc",
  "des-ede3-cbc",
]) {
  const { keyLength, ivLength = 0, blockSize, mode } = crypto.getCipherInfo(name);
  const cipher = crypto.createCipheriv(name, key.subarray(0, keyLength), ivLength ? iv.subarray(0, ivLength) : null);
  const sealed = Buffer.concat([cipher.update("some secret text, längere als ein Block"), cipher.final()]);
  const decipher = crypto.createDecipheriv(
    name,
    key.subarray(0, keyLength),
    ivLength ? iv.subarray(0, ivLength) : null,
  );
  console.log(
    name,
    keyLength,
    ivLength,
    blockSize,
    mode,
    sealed.toString("hex"),
    decipher.update(sealed, null, "utf8") + decipher.final("utf8"),
  );
}
const unpadded = crypto.createCipheriv("aes-128-cbc", key.subarray(0, 16), iv).setAutoPadding(false);
console.log(unpadded.update("0123456789abcdef", "latin1", "hex") + unpadded.final("hex"));
const fail = (name, call) => {
  try {
    console.log(name, call());
  } catch (error) {
    console.log(name, error.name, error.code, error.message, error.reason);
  }
};
fail(
  "unaligned",
  () =>
    crypto.createCipheriv("aes-128-cbc", key.subarray(0, 16), iv).setAutoPadding(false).update("short") &&
    crypto.createCipheriv("aes-128-cbc", key.subarray(0, 16), iv).setAutoPadding(false).final(),
);
const short = crypto.createCipheriv("aes-128-cbc", key.subarray(0, 16), iv).setAutoPadding(false);
short.update("short");
fail("wrong length", () => short.final());
fail(
  "bad decrypt",
  () =>
    crypto.createDecipheriv("aes-128-cbc", key.subarray(0, 16), iv).update(Buffer.alloc(16)) &&
    Buffer.concat([
      (() => {
        const d = crypto.createDecipheriv("aes-128-cbc", key.subarray(0, 16), iv);
        d.update(Buffer.alloc(16));
        return d.final();
      })(),
    ]),
);
fail("cipher", () => crypto.createCipheriv("nope", key, iv));
fail("key", () => crypto.createCipheriv("aes-128-cbc", key, iv));
fail("iv", () => crypto.createCipheriv("aes-128-cbc", key.subarray(0, 16), iv.subarray(1)));
fail("null iv", () => crypto.createCipheriv("aes-128-cbc", key.subarray(0, 16), null));
fail("finished", () => {
  const c = crypto.createCipheriv("aes-256-ecb", key, null);
  c.final();
  return c.update("x");
});
console.log(
  crypto.getCipherInfo("aes-128-gcm"),
  crypto.getCipherInfo("nope"),
  crypto.getCipherInfo(418)?.name,
  crypto.getCiphers().includes("aes-256-gcm"),
);
