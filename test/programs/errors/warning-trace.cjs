// run: {"nodeArgs": ["--trace-warnings"]}
function warn() {
  process.emitWarning("traced", { code: "W1" });
}
warn();
process.emitWarning("second");
