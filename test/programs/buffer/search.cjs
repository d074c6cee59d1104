const buffer = Buffer.from("this is a buffer that is a buffer, isn't it? ünï 😀");
for (const needle of ["is", "buffer", "nope", "", "😀", 105, Buffer.from("is a"), "ü"]) {
  console.log(
    needle,
    buffer.indexOf(needle),
    buffer.lastIndexOf(needle),
    buffer.includes(needle),
    buffer.indexOf(needle, 10),
    buffer.lastIndexOf(needle, 10),
    buffer.indexOf(needle, -10),
  );
}
console.log(
  buffer.indexOf("6973", 0, "hex"),
  buffer.indexOf("aXM=", 3, "base64"),
  Buffer.from("añb", "utf16le").indexOf("ñ", 0, "utf16le"),
  buffer.indexOf(99.9),
  buffer.indexOf(256 + 105),
);
try {
  buffer.indexOf({});
} catch (error) {
  console.log(error.code, error.message);
}
console.log(
  Buffer.from("aaaa").lastIndexOf("aa"),
  Buffer.from("abc").indexOf("c", NaN),
  Buffer.from("abc").lastIndexOf("a", undefined),
  Buffer.from("abc").indexOf("b", {}),
);
const long = Buffer.concat([Buffer.alloc(5000, "ab"), Buffer.from("needle in the haystack"), Buffer.alloc(5000, "ab")]);
console.log(
  long.indexOf("needle in"),
  long.lastIndexOf("needle in"),
  long.indexOf(Buffer.alloc(400, "ab"), 100),
  long.includes("baab"),
);
