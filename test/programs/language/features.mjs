console.log(
  [1, 2, 3].at(-1),
  Object.groupBy([1, 2, 3], (n) => (n % 2 ? "odd" : "even")),
  [3, 1, 2].toSorted(),
  [1, 2].with(0, 9),
  "a-b".replaceAll("-", "+"),
  structuredClone?.name,
);
class Private {
  #x = 1;
  static #count = 0;
  static {
    Private.#count = 5;
  }
  has(o) {
    return #x in o;
  }
  get count() {
    return Private.#count;
  }
}
console.log(
  new Private().has(new Private()),
  new Private().has({}),
  new Private().count,
  Array.fromAsync.name,
  Promise.withResolvers().promise instanceof Promise,
);
const iterator = [1, 2, 3, 4]
  .values()
  .filter((n) => n % 2)
  .map((n) => n * 10);
console.log(
  iterator.toArray(),
  new Set([1, 2]).union(new Set([3])),
  new Set([1, 2]).isSubsetOf(new Set([1, 2, 3])),
  "\ud800".isWellFormed(),
  /(?<year>\d{4})/d.exec("in 2024").indices.groups.year,
  "x".padStart(3, "ab"),
);
console.log(
  typeof Iterator,
  typeof WeakRef,
  Atomics.waitAsync?.name,
  1_000,
  2n ** 64n,
  0.1 + 0.2,
  [..."👨‍👩‍👧"].length,
  new Date(2024, 0, 31, 12).toJSON(),
  Number("0b11"),
  parseInt("08"),
  (25).toString(36),
);
label: for (const a of [1, 2])
  for (const b of [1, 2])
    if (b === 2) continue label;
    else console.log(a, b);
console.log(
  eval("var evaluated = 1; typeof evaluated"),
  new Function("a", "return a * 2")(4),
  Function.prototype.toString.call((a) => a),
  typeof globalThis.evaluated,
);
