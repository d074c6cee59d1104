// run: {"nodeArgs": ["--enable-source-maps"]}
// A source map that leads to no source: the header shows the generated line.
import { writeFileSync } from "node:fs";
const map = { version: 3, sources: ["gone.ts"], names: [], mappings: "AAAA;AACA" };
const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString("base64")}`;
writeFileSync("generated.mjs", `export const a = 1;\nthrow new TypeError("mapped");\n//# sourceMappingURL=${url}`);
await import("./generated.mjs");
