import crypto from "node:crypto";
import { promisify } from "node:util";
console.log(
  crypto.pbkdf2Sync("password", "salt", 1000, 32, "sha512").toString("hex"),
  crypto.pbkdf2Sync("p", Buffer.alloc(0), 1, 8, "sha1").toString("hex"),
);
console.log((await promisify(crypto.pbkdf2)("password", "salt", 10, 16, "sha256")).toString("hex"));
console.log(
  crypto.scryptSync("password", "salt", 32).toString("hex"),
  crypto.scryptSync("p", "s", 16, { N: 1024, r: 4, p: 2 }).toString("hex"),
  (await promisify(crypto.scrypt)("", "", 8)).toString("hex"),
);
console.log(
  Buffer.from(crypto.hkdfSync("sha256", "key", "salt", "info", 42)).toString("hex"),
  Buffer.from(await promisify(crypto.hkdf)("sha512", crypto.createSecretKey(Buffer.from("k")), "", "", 10)).toString(
    "hex",
  ),
);
for (const fail of [
  () => crypto.pbkdf2Sync("p", "s", 0, 1, "sha1"),
  () => crypto.pbkdf2Sync("p", "s", 1, -1, "sha1"),
  () => crypto.pbkdf2Sync("p", "s", 1, 1, "nope"),
  () => crypto.pbkdf2Sync("p", "s", 1, 1),
  () => crypto.scryptSync("p", "s", 8, { N: 3 }),
  () => crypto.scryptSync("p", "s", 8, { N: 2 ** 20, maxmem: 1000 }),
  () => crypto.hkdfSync("sha256", "k", "s", "i", 255 * 32 + 1),
  () => crypto.hkdfSync("nope", "k", "s", "i", 1),
  () => crypto.pbkdf2("p", "s", 1, 1, "sha1"),
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
crypto.pbkdf2("p", "s", 1, 1, "sha1", (error, key) => console.log("async", error, key));
console.log("before the callback");
