// run: {"nodeArgs": ["--enable-source-maps"]}
const map = {
  version: 3,
  sources: ["original.ts"],
  names: [],
  mappings: "AAAA;AACA",
  sourcesContent: ["first original line\nsecond original line\n"],
};
const code = `const a = 1;\nthrow new Error("mapped");\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString("base64")}`;
require("node:fs").writeFileSync("generated.js", code);
try {
  require("./generated.js");
} catch (error) {
  console.log(error.stack.split("\n").slice(0, 2).join("\n").replaceAll(__dirname, "."));
}
console.log(
  require("node:module")
    .findSourceMap(require.resolve("./generated.js"))
    ?.findEntry(1, 0)
    .originalSource.endsWith("original.ts"),
);
