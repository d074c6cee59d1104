const url = require("node:url");
console.log(url.parse("http://user:pass@sub.example.com:8080/p/a/t/h?query=string#hash"));
console.log(
  url.parse("/path?a=1&b=2", true).query,
  url.parse("//host/x", false, true).host,
  url.parse("mailto:x@y.z").href,
  url.parse("x:1:2").protocol,
);
console.log(
  url.resolve("/one/two/three", "four"),
  url.resolve("http://example.com/one", "/two"),
  url.resolve("http://a/b/c", "../d"),
  url.resolve("a/b", "?q"),
);
console.log(
  url.format({ protocol: "https", hostname: "h", port: 1, pathname: "p", query: { a: [1, 2], b: "" }, hash: "#x" }),
  url.format(new URL("http://測試.example/p?q#f"), { unicode: true, fragment: false, search: false }),
);
console.log(
  url.domainToASCII("español.com"),
  url.domainToUnicode("xn--espaol-zwa.com"),
  JSON.stringify(url.domainToASCII("xn--iñvalid.com")),
);
console.log(
  url.fileURLToPath("file:///a%20b/%E4%BD%A0"),
  url.pathToFileURL("/a b#?%\n/ä").href,
  url.urlToHttpOptions(new URL("http://u:p@h:1/x?y#z")),
);
for (const fail of [
  () => url.parse(1),
  () => url.parse("http://a:b:c/"),
  () => url.fileURLToPath("http://x"),
  () => url.fileURLToPath("file:///a%2Fb"),
  () => url.fileURLToPath("file://host/x"),
  () => url.format(1),
  () => url.pathToFileURL(1),
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
