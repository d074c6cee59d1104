import path from "node:path";
console.log(
  path.basename(import.meta.filename),
  import.meta.dirname === process.cwd(),
  import.meta.url.startsWith("file:///"),
  typeof import.meta.resolve,
  Object.keys(import.meta),
);
console.log(
  import.meta.resolve("fs"),
  import.meta.resolve("./x.mjs") === new URL("x.mjs", import.meta.url).href,
  typeof require,
  typeof module,
  typeof __filename,
  this,
);
try {
  import.meta.resolve("not-installed");
} catch (error) {
  console.log(error.code);
}
import.meta.own = 1;
console.log(import.meta.own, Object.getPrototypeOf(import.meta));
console.log(
  (await import("data:text/javascript,export default import.meta.url.length")).default,
  (await import('data:application/json,{"a":1}', { with: { type: "json" } })).default,
);
await import("data:text/javascript,throw new TypeError('in data')").catch((error) =>
  console.log(error.name, error.message),
);
await import("data:text/javascript,import 'fs'; import './relative'").catch((error) =>
  console.log(error.name, error.code ?? error.message),
);
