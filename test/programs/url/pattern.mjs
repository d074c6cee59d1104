import { URL as NodeURL, URLSearchParams as NodeParams } from "node:url";
console.log(
  NodeURL === URL,
  NodeParams === URLSearchParams,
  Object.prototype.toString.call(new URL("http://a")),
  Object.keys(new URL("http://a")),
);
console.log(
  Object.getOwnPropertyNames(URL.prototype).sort().join(),
  Object.getOwnPropertyNames(URLSearchParams.prototype).sort().join(),
);
for (const fail of [
  () => URL("http://a"),
  () => new URL(),
  () => URL.prototype.href,
  () => URLSearchParams.prototype.get.call({}, "a"),
  () => new URLSearchParams().get(),
  () => new URLSearchParams("a").set("x"),
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
console.log(
  structuredClone({ plain: new URL("http://a").href }),
  new URL("http://a") == "http://a/",
  `${new URL("http://x/y")}`,
);
