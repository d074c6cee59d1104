const params = new URLSearchParams("?a=1&b=2&a=3&c&d=%20+x&=empty&%zz=bad");
console.log(
  params,
  params.get("a"),
  params.getAll("a"),
  params.get("c"),
  params.get("nope"),
  params.has("a", "3"),
  params.size,
  String(params),
);
params.append("é", "ü&=");
params.set("a", "only");
params.delete("b");
params.delete("d", "nope");
params.sort();
console.log(String(params), [...params.keys()], [...params.values()].length);
console.log(
  String(new URLSearchParams({ x: 1, y: [2, 3], z: null })),
  String(
    new URLSearchParams([
      ["k", "v"],
      ["k", "w"],
    ]),
  ),
  String(new URLSearchParams(new Map([["m", 1]]))),
);
for (const bad of [[["one"]], [1], 5n, Symbol("s")]) {
  try {
    console.log(String(new URLSearchParams(bad)));
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
const url = new URL("http://x/?a=1");
url.searchParams.append("b", "2 3");
console.log(url.href, url.searchParams.entries().next(), params.entries());
url.search = "";
console.log(url.searchParams.size, url.href);
params.forEach((value, key, all) => console.log(key, value, all === params));
