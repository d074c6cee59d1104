const querystring = require("node:querystring");
console.log(
  querystring.parse("a=1&b=2&a=3&c&=x&d=%F0%9F%98%80&e=%zz&f=a+b&"),
  querystring.parse("a:1;b:2", ";", ":"),
  querystring.parse("a=1&b=2&c=3", null, null, { maxKeys: 2 }),
);
console.log(
  querystring.stringify({ a: [1, "two", true, null], b: 3n, c: undefined, d: { e: 1 }, é: "ü &", f: NaN, g: Infinity }),
  querystring.stringify({ a: 1, b: 2 }, ";", ":"),
  JSON.stringify(querystring.stringify("text")),
);
console.log(
  querystring.escape("a b&c/é'()*!~"),
  querystring.unescape("%41%zz+b"),
  querystring.unescapeBuffer("%41%zz").toString(),
);
console.log(
  querystring.parse("a=1", "&", "=", { decodeURIComponent: (text) => `<${text}>` }),
  Object.getPrototypeOf(querystring.parse("")),
  querystring.decode === querystring.parse,
);
try {
  querystring.stringify({ a: "\ud800" });
} catch (error) {
  console.log(error.name, error.code, error.message);
}
