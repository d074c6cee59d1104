const shown = [
  "https://user:p%40ss@example.org:8080/a/../b/./c?x=1&y=2#frag",
  "HTTP://EXAMPLE.org:80/",
  "file:///C:/x/../y",
  "http://[::1]:3000/",
  "http://münchen.de/ä?ö#ü",
  "data:text/plain,hi there",
  "javascript:alert(1)",
  "http://1.2.0x3/",
  "http://a b/",
  "//no-scheme",
  "http://",
  "http://example.org:99999",
  "mailto:a@b.c",
  "http://ex%41mple.org",
  "blob:https://a.b/c",
  "  https://trim.me\n",
  "http://256.1.1.1",
  "xn--://x",
  "http://a/%zz?%zz",
  "https://☕.example",
];
for (const text of shown) {
  try {
    const { href, origin, protocol, username, password, host, hostname, port, pathname, search, hash } = new URL(text);
    console.log({ href, origin, protocol, username, password, host, hostname, port, pathname, search, hash });
  } catch (error) {
    console.log(error.name, error.code, error.message, error.input);
  }
}
console.log(
  new URL("../x?y", "https://a.b/c/d/e"),
  URL.canParse("nope"),
  URL.canParse("x", "http://a"),
  URL.parse("nope"),
  URL.parse("http://ok/").href,
);
const url = new URL("http://a.b/c");
url.port = "99";
url.protocol = "https";
url.pathname = "ä b";
url.search = "q=ü";
url.hash = "h h";
url.host = "other:1";
url.username = "me@";
console.log(String(url), JSON.stringify(url));
url.port = "x";
url.protocol = "mailto";
url.hostname = "a b";
console.log(url.href);
