const crypto = require("node:crypto");
for (const name of ["md5", "sha1", "sha256", "sha512"])
  console.log(name, crypto.createHmac(name, "key").update("data").digest("hex"));
console.log(
  crypto
    .createHmac("sha256", crypto.createSecretKey(Buffer.from("k".repeat(200))))
    .update("x")
    .digest("base64"),
  crypto.createHmac("sha256", "").update("").digest("hex"),
);
const hmac = crypto.createHmac("sha1", Buffer.from([0, 1, 2]));
console.log(
  hmac.update("a").digest().length,
  hmac.digest("hex") === "",
  crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("a")),
);
for (const fail of [
  () => crypto.createHmac("nope", "k"),
  () => crypto.createHmac("sha1"),
  () => crypto.createHmac("sha1", 5),
  () => hmac.update("late"),
  () => crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("ab")),
  () => crypto.timingSafeEqual("a", "a"),
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
