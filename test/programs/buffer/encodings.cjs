const text = "häßlich 😀 \u0000 ÿ";
for (const encoding of [
  "utf8",
  "utf-8",
  "UTF8",
  "ucs2",
  "utf16le",
  "latin1",
  "binary",
  "ascii",
  "base64",
  "base64url",
  "hex",
]) {
  const bytes = Buffer.from(text, encoding);
  console.log(
    encoding,
    bytes.length,
    bytes.toString("hex"),
    JSON.stringify(bytes.toString(encoding)),
    Buffer.byteLength(text, encoding),
  );
}
for (const encoded of ["YQ==", "YQ", "Y Q = =", "YWI=YWI=", "-_-_", "+/+/", "Y", "", "====", "YWJj\nZGVm", "ä"]) {
  console.log(JSON.stringify(encoded), Buffer.from(encoded, "base64"), Buffer.from(encoded, "base64url"));
}
for (const hex of ["abc", "zz", "0g11", "ABcd", "a", ""]) console.log(JSON.stringify(hex), Buffer.from(hex, "hex"));
console.log(Buffer.isEncoding("UTF-16LE"), Buffer.isEncoding("nope"), Buffer.isEncoding(), Buffer.isEncoding("binary"));
try {
  Buffer.from("x", "nope");
} catch (error) {
  console.log(error.code, error.message);
}
console.log(
  Buffer.from([0xff, 0xfe, 0xe2, 0x82, 0x41, 0xf0, 0x9f]).toString(),
  Buffer.from([0xd8, 0x3d, 0xde]).toString("utf16le").length,
);
console.log(
  Buffer.from("\ud800x\udc00").toString("hex"),
  Buffer.from("€").toString("ascii"),
  Buffer.from("é").toString("latin1"),
);
