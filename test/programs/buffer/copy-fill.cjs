const source = Buffer.from("0123456789");
const target = Buffer.alloc(10, ".");
console.log(
  source.copy(target, 2, 3, 6),
  target.toString(),
  source.copy(target, 8),
  target.toString(),
  source.copy(target, 10),
  source.copy(source, 2, 0, 5),
  source.toString(),
);
for (const args of [[target, -1], [target, 0, -1], [target, 0, 99], ["x"], [target, 0, 5, 2]]) {
  try {
    console.log(source.copy(...args));
  } catch (error) {
    console.log(error.code, error.message);
  }
}
console.log(
  Buffer.alloc(8).fill("abc").toString(),
  Buffer.alloc(8).fill("é", 1, 6),
  Buffer.alloc(4).fill("ab", "hex"),
  Buffer.alloc(4).fill(258),
  Buffer.alloc(4).fill(Buffer.from([1, 2])),
  Buffer.alloc(3).fill(true),
);
for (const args of [
  ["a", -1],
  ["a", 0, 9],
  ["zz", "hex"],
  ["a", 0, 1, "nope"],
]) {
  try {
    console.log(Buffer.alloc(4).fill(...args));
  } catch (error) {
    console.log(error.code, error.message);
  }
}
console.log(
  target.write("xyz"),
  target.write("xyz", 8),
  target.toString(),
  target.write("é", 9),
  target.write("ff00", 0, 1, "hex"),
  target,
  target.write("abc", "latin1"),
);
