// run: {"nodeArgs": ["--enable-source-maps"]}
// The header of a fatal exception shows the original line.
const map = {
  version: 3,
  sources: ["original.ts"],
  names: [],
  mappings: "AAAA;AACA",
  sourcesContent: ["first original line\nsecond original line\n\tthird(original, line)\n"],
};
const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString("base64")}`;
require("node:fs").writeFileSync("generated.js", `const a = 1;\nthrow new Error("mapped");\n//# sourceMappingURL=${url}`);
require("./generated.js");
