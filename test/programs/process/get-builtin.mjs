console.log(process.getBuiltinModule("fs") === (await import("node:fs")).default);
console.log(
  process.getBuiltinModule("node:path").sep,
  process.getBuiltinModule("nope"),
  process.getBuiltinModule("node:test") !== undefined,
);
try {
  process.getBuiltinModule(1);
} catch (error) {
  console.log(error.code);
}
console.log(process.binding === undefined, typeof process.dlopen, typeof process.reallyExit);
