const [a, b, c] = [Buffer.from("abc"), Buffer.from("abd"), Buffer.from("ab")];
console.log(
  a.compare(b),
  b.compare(a),
  a.compare(c),
  a.compare(a),
  Buffer.compare(c, a),
  [b, a, c].sort(Buffer.compare).map(String),
);
console.log(
  a.equals(b),
  a.equals(new Uint8Array([97, 98, 99])),
  a.compare(b, 0, 2, 0, 2),
  a.compare(b, 3),
  a.compare(b, 0, 1, 1),
);
for (const args of [["x"], [b, 99], [b, 0, 99], [b, 0, 1, -1]]) {
  try {
    console.log(a.compare(...args));
  } catch (error) {
    console.log(error.code, error.message);
  }
}
console.log(
  Buffer.concat([a, b, c]).toString(),
  Buffer.concat([a, b], 4).toString(),
  Buffer.concat([a], 5),
  Buffer.concat([]),
);
try {
  Buffer.concat([a, "b"]);
} catch (error) {
  console.log(error.code, error.message);
}
console.log(
  a.subarray(1).toString(),
  a.slice(-2, -1).toString(),
  a.subarray(5).length,
  a.subarray("1", "2").toString(),
  a.at(-1),
  a.parent === a.buffer,
  a.subarray(0, 2).buffer === a.buffer,
);
