// run: {"nodeArgs": ["--trace-deprecation"]}
process.on("warning", (warning) => console.log("event", warning.name, warning.code, warning.message, warning.detail));
process.emitWarning("plain");
process.emitWarning("typed", "CustomWarning", "C001");
process.emitWarning("detailed", { type: "Other", code: "C002", detail: "more of it" });
process.emitWarning(Object.assign(new Error("from an error"), { name: "FromError" }));
try {
  process.emitWarning(1);
} catch (error) {
  console.log(error.code);
}
setImmediate(() => console.log("end"));
