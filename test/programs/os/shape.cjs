const os = require("node:os");
console.log(
  os.EOL === "\n",
  os.devNull,
  os.platform(),
  os.type(),
  os.endianness(),
  os.constants.signals.SIGKILL,
  os.constants.errno.ENOENT,
  os.constants.priority,
  os.constants.dlopen,
);
console.log(
  typeof os.hostname(),
  typeof os.release(),
  typeof os.version(),
  os.machine() === (process.arch === "x64" ? "x86_64" : "aarch64"),
  os.arch() === process.arch,
  typeof os.uptime(),
);
console.log(
  os.totalmem() >= os.freemem(),
  os.freemem() > 0,
  os.loadavg().length,
  os.availableParallelism() >= 1,
  os.cpus().length >= 1,
  Object.keys(os.cpus()[0]),
  Object.keys(os.cpus()[0].times),
);
console.log(
  Object.keys(os.userInfo()),
  typeof os.userInfo().uid,
  Buffer.isBuffer(os.userInfo({ encoding: "buffer" }).username),
);
const addresses = os.networkInterfaces();
console.log(addresses.lo?.[0]);
console.log(os.homedir(), `${os.hostname}` === os.hostname(), os.tmpdir());
os.setPriority(0, 15);
console.log(os.getPriority(process.pid));
for (const fail of [
  () => os.setPriority(0, 99),
  () => os.getPriority("x"),
  () => os.getPriority(2 ** 30),
  () => os.setPriority(),
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message, error.info?.code);
  }
}
console.log(Object.keys(os).sort().join());
