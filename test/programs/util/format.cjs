const { format, formatWithOptions } = require("node:util");
const cases = [
  ["%s %s", "a"],
  ["%s", { a: 1 }],
  ["%s", null, undefined],
  ["%s", Symbol("x")],
  ["%s", -0],
  ["%s", 12n],
  ["%s", () => 1],
  ["%s", class A {}],
  ["%s", new Date(0)],
  ["%s", [1, [2, [3]]]],
  ["%s", { toString: () => "own" }],
  [
    "%s",
    new (class B {
      toString() {
        return "method";
      }
    })(),
  ],
  ["%s", new Error("e").message],
  ["%d", "0x10"],
  ["%d", {}],
  ["%d", null],
  ["%i", 3.9],
  ["%i", "12px"],
  ["%f", "1.5e3x"],
  ["%j", { a: [1] }],
  ["%j", undefined],
  ["%O", { a: { b: { c: { d: 1 } } } }],
  ["%o", () => {}],
  ["%c styled", "color: red"],
  ["%%%s%%", 1],
  ["%x", 1],
  ["% s", 1],
  ["trailing %"],
  [1, "%s", 2],
  [{ a: 1 }, "x"],
  ["%s"],
  ["a", "b", { c: 1 }],
  [],
];
for (const args of cases) console.log(JSON.stringify(format(...args)));
const circular = {};
circular.self = circular;
console.log(
  format("%j", circular),
  formatWithOptions({ colors: true }, "%s %O", 1, { a: 1 }),
  formatWithOptions({ compact: false }, { a: 1 }),
);
try {
  formatWithOptions("x");
} catch (error) {
  console.log(error.code, error.message);
}
