import * as namespace from "./commonjs.cjs";
import fallback, { named } from "./commonjs.cjs";
import * as reexported from "./reexport.cjs";
import json from "./data.json" with { type: "json" };
import * as fs from "node:fs";
console.log(namespace, fallback.named, named, fallback.getter, Object.keys(reexported).sort(), json);
console.log(
  fs.default.readFileSync === fs.readFileSync,
  Object.prototype.toString.call(namespace),
  Object.isSealed(namespace),
);
await import("./missing-names.mjs").catch((error) => console.log(error.name, error.message));
await import("./data.json").catch((error) =>
  console.log(error.name, error.code, error.message.replace(import.meta.url.replace(/main.mjs$/, ""), "")),
);
await import("./data.json", { with: { type: "nope" } }).catch((error) => console.log(error.name, error.code));
const { createRequire } = await import("node:module");
const require = createRequire(import.meta.url);
const required = require("./esm.mjs");
console.log(required, required.__esModule, require("./esm-default.mjs"), typeof require("./commonjs.cjs").later);
try {
  require("./top-level-await.mjs");
} catch (error) {
  console.log(error.name, error.code);
}
console.log((await import("./top-level-await.mjs")).value);
console.log(typeof require("./commonjs.cjs").dynamic, await require("./commonjs.cjs").dynamic());
