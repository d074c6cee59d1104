for (const value of [undefined, null, 3, "4", 0, "0"]) {
  process.exitCode = value;
  console.log(typeof process.exitCode, process.exitCode);
}
for (const value of ["", "x", 1.5, {}, true, "1.5", Infinity, 2n]) {
  try {
    process.exitCode = value;
    console.log("accepted", value);
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
process.exitCode = 260;
