console.time();
console.time("label");
console.time("label");
console.timeEnd("unknown");
console.timeLog("unknown too");
process.on("warning", (warning) => console.log(warning.name, warning.message));
