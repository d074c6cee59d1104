// run: {"env": {"HOME": "/somewhere", "TMPDIR": "/else/where/"}}
const os = require("node:os");
console.log(os.homedir(), os.tmpdir());
process.env.TMPDIR = "";
process.env.TMP = "/tmp-variable";
console.log(os.tmpdir());
console.log(
  Object.keys(os.constants.signals).length,
  Object.keys(os.constants.errno).length,
  os.constants.UV_UDP_REUSEADDR,
);
