console.log(
  Buffer.alloc(5),
  Buffer.alloc(5, 1),
  Buffer.alloc(5, "ab"),
  Buffer.alloc(6, "YWJj", "base64"),
  Buffer.alloc(3, ""),
);
console.log(Buffer.allocUnsafe(3).length, Buffer.allocUnsafeSlow(3).length, Buffer.poolSize);
for (const size of [-1, NaN, "5", 2 ** 53, Infinity, undefined, 1.5]) {
  try {
    console.log(Buffer.alloc(size));
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
console.log(
  Buffer.from([1, 256, -1, 3.7, "4", NaN]),
  Buffer.from(new Uint16Array([1, 257])),
  Buffer.from(new Uint16Array([1, 257]).buffer, 1, 2),
);
for (const value of [undefined, null, 5, true, {}, () => {}, Symbol("s"), 1n]) {
  try {
    console.log(Buffer.from(value));
  } catch (error) {
    console.log(error.code, error.message);
  }
}
console.log(
  Buffer.from({ length: 2, 0: 7, 1: 8 }),
  Buffer.from({ type: "Buffer", data: [1, 2] }),
  Buffer.from(new String("boxed")),
);
console.log(Buffer.from(Buffer.from("copy")).toString(), Buffer.of(1, 2, 3), Buffer(3), new Buffer("old"));
