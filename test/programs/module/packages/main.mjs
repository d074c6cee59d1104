import { createRequire } from "node:module";
import dual, { kind } from "dual";
import feature from "dual/feature";
import { inner } from "#internal";
import star from "dual/files/one.js";
const require = createRequire(import.meta.url);
console.log(
  dual,
  kind,
  feature,
  inner,
  star,
  require("dual"),
  require("main-only"),
  (await import("main-only")).default,
);
console.log(
  import.meta.resolve("dual").endsWith("dual/import.mjs"),
  require.resolve("dual").endsWith("dual/require.cjs"),
  require("scoped-self/deep"),
  (await import("@scope/pkg")).default,
);
for (const id of [
  "dual/hidden",
  "dual/files/missing.js",
  "nowhere",
  "#missing",
  "dual/blocked/x",
  "./no-extension",
  "./folder",
  "node:nope",
  "data:text/plain,x",
  "https://example.org/x.js",
  "bad%2Fname",
])
  await import(id).catch((error) =>
    console.log(error.name, error.code, error.message.replaceAll(import.meta.dirname, ".")),
  );
for (const id of ["dual/hidden", "#missing", "@scope/none"]) {
  try {
    require(id);
  } catch (error) {
    console.log(error.code, error.message.replaceAll(import.meta.dirname, "."));
  }
}
