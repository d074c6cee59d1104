const { transcode, isUtf8, isAscii, constants } = require("node:buffer");
console.log(
  transcode(Buffer.from("€ä"), "utf8", "ascii"),
  transcode(Buffer.from("ä"), "utf8", "latin1"),
  transcode(Buffer.from("ä"), "utf8", "utf16le"),
  transcode(Buffer.from("ä", "utf16le"), "ucs2", "utf8"),
);
try {
  transcode(Buffer.from("x"), "utf8", "hex");
} catch (error) {
  console.log(error.code, error.errno, error.message);
}
console.log(btoa("hello ÿ"), atob("aGVsbG8g/w=="), atob(" aGk = "), btoa(""), btoa(null), atob(12345678).length);
for (const fail of [() => btoa("€"), () => atob("a"), () => atob("a*b="), () => atob(), () => btoa()]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
console.log(
  isUtf8(Buffer.from("ä")),
  isUtf8(Buffer.from([0xc3])),
  isAscii(Buffer.from("a")),
  isAscii(Buffer.from("ä")),
  isUtf8(new ArrayBuffer(2)),
);
console.log(
  constants.MAX_STRING_LENGTH,
  Buffer.from("a".repeat(3)).toString("utf8", 1, 2),
  Buffer.from("abc").toString(undefined, -1, 99),
);
try {
  Buffer.from("abc").toString("nope");
} catch (error) {
  console.log(error.code);
}
