const { inspect } = require("node:util");
for (const value of [
  0,
  -0,
  NaN,
  1e21,
  123456789.123,
  5n,
  -5n,
  "it's",
  'say "hi"',
  `both ' and "`,
  "all ' \" `",
  "line\nbreak\ttab\u0001\ud800",
  "",
  Symbol(),
  Symbol("desc"),
  Symbol.iterator,
  true,
  null,
  undefined,
  new Number(-0),
  new String("boxed"),
  Object(1n),
  Object(Symbol("s")),
  new Boolean(false),
])
  console.log(inspect(value));
console.log(
  inspect(123456789.123, { numericSeparator: true }),
  inspect(-1234n, { numericSeparator: true }),
  inspect("x".repeat(20), { maxStringLength: 5 }),
  inspect(["a'b", 'c"d']),
  inspect("a\nb".repeat(10), { compact: false }),
);
console.log(
  inspect(Object.assign(new String("abc"), { extra: 1, [Symbol("s")]: 2 })),
  inspect(Object.assign(new Number(3), { x: [] })),
);
