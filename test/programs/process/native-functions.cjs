for (const name of ["abort", "dlopen", "getgroups", "getuid", "reallyExit", "uptime", "_kill"])
  console.log(name, process[name].length, process[name].toString());
try {
  process.dlopen({});
} catch (error) {
  console.log(error.name, error.code, error.message);
}
try {
  require("node:fs").openAsBlob("missing");
} catch (error) {
  console.log(error.name, error.code, error.message);
}
