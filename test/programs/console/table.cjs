console.table([]);
console.table("not tabular");
console.table([1, "two", { three: 3 }, [4, 5], null]);
console.table([
  { a: 1, b: "x" },
  { a: 2, c: true },
]);
console.table([{ a: 1, b: 2, c: 3 }], ["c", "a", "nope"]);
console.table(
  new Map([
    ["key", 1],
    [{ o: 1 }, "value"],
  ]),
);
console.table(new Set([1, "two", 3n]));
console.table({ row: { column: 1 }, other: { column: "wide 宽 text" } });
console.table([
  [1, 2],
  [3, 4, 5],
]);
console.table(new Map([["a", { x: 1 }]]).entries());
try {
  console.table([1], "no array");
} catch (error) {
  console.log(error.code);
}
