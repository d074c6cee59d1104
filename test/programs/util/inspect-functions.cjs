const { inspect } = require("node:util");
class Base {}
class Derived extends Base {
  static field = 1;
}
const anonymousClass = (() => class {})();
const values = [
  function () {},
  function named() {},
  () => {},
  async () => {},
  function* gen() {},
  async function* agen() {},
  Base,
  Derived,
  anonymousClass,
  class extends null {},
  Math.max,
  Object.assign(() => {}, { property: [1] }),
  Object.setPrototypeOf(function nulled() {}, null),
  (function () {
    return arguments;
  })(1, 2),
  new (class Foo {
    bar = 1;
    get baz() {
      return 2;
    }
  })(),
  (() => {}).bind(),
  new Proxy(() => {}, {}),
  Object.defineProperty(() => {}, "name", { value: 5 }),
];
for (const value of values) console.log(inspect(value));
console.log(
  inspect({
    get a() {
      return 1;
    },
    set b(v) {},
    get c() {
      return 1;
    },
    set c(v) {},
    method() {},
    async asyncMethod() {},
    *generator() {},
  }),
);
console.log(
  inspect(
    {
      get a() {
        return { nested: 1 };
      },
      set only(v) {},
      get bad() {
        throw new Error("getter");
      },
    },
    { getters: true },
  ),
  inspect(Derived, { showHidden: true }).split("\n").length > 1,
);
