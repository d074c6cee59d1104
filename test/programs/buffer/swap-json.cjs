console.log(
  Buffer.from([1, 2, 3, 4]).swap16(),
  Buffer.from([1, 2, 3, 4]).swap32(),
  Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]).swap64(),
);
for (const swap of ["swap16", "swap32", "swap64"]) {
  try {
    Buffer.alloc(3)[swap]();
  } catch (error) {
    console.log(error.code, error.message);
  }
}
console.log(
  Buffer.alloc(258, 7).swap16()[3],
  Buffer.from(Array.from({ length: 264 }, (_, i) => i))
    .swap32()
    .subarray(250),
);
console.log(
  JSON.stringify(Buffer.from("hi")),
  Buffer.from(JSON.parse(JSON.stringify(Buffer.from("hi")))).toString(),
  JSON.stringify({ b: Buffer.alloc(0) }),
);
console.log([...Buffer.from("ab").entries()], [...Buffer.from("ab").keys()], [...Buffer.from("ab")]);
console.log(
  Buffer.from("abc")
    .map((x) => x + 1)
    .toString(),
  Buffer.from("cab").sort().toString(),
  Buffer.from("abc").reverse().toString(),
  Buffer.from("abc").toLocaleString(),
);
