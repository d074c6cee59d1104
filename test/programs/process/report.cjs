// A diagnostic report: its form, and all of it that does not depend on the machine.
const fs = require("node:fs");
const { report } = process;
console.log(report.directory, report.filename, report.compact, report.signal, report.excludeEnv, report.excludeNetwork);
console.log(report.reportOnFatalError, report.reportOnSignal, report.reportOnUncaughtException);
const form = (value, depth) =>
  value !== null && typeof value === "object" && !Array.isArray(value) && depth > 0
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, form(inner, depth - 1)]))
    : Array.isArray(value)
      ? "array"
      : typeof value;
const made = report.getReport();
const { componentVersions, networkInterfaces, ...header } = made.header;
console.log(form({ ...made, header }, 2));
console.log(Object.keys(componentVersions).join(), componentVersions.node === process.versions.node);
console.log(header.reportVersion, header.event, header.trigger, header.filename, header.wordSize, header.arch, header.platform);
console.log(header.cwd === process.cwd(), header.processId === process.pid, header.threadId, header.release.name);
console.log(header.commandLine.at(-1) === __filename, header.nodejsVersion === process.version);
console.log(/^\d+\.\d+$/.test(header.glibcVersionRuntime), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(header.dumpEventTime));
console.log(Object.keys(header.cpus[0]).join(), Object.keys(networkInterfaces[0]).join());
console.log(made.javascriptStack.message, made.javascriptStack.errorProperties, made.environmentVariables.HOME);
console.log(made.libuv.at(-1).type, made.workers);
const odd = new TypeError("two\nlines");
Object.assign(odd, { number: 1, object: {}, nothing: null });
for (const error of [odd, {}, { stack: 5, a: 1 }, { stack: "one", a: 1 }, { stack: "a\n  b \n" }]) {
  const { message, stack, errorProperties } = report.getReport(error).javascriptStack;
  console.log(message, stack?.[0], errorProperties);
}
for (const bad of [1, "x", null]) {
  try {
    report.getReport(bad);
  } catch (error) {
    console.log(error.code, error.message);
  }
}
console.log(report.writeReport("own.json"));
const written = fs.readFileSync("own.json", "utf8");
console.log(written.slice(0, 40), written.endsWith("}\n"), JSON.parse(written).header.filename);
report.excludeEnv = true;
report.excludeNetwork = true;
report.compact = true;
fs.mkdirSync("reports");
report.directory = "reports";
report.filename = "named.json";
console.log(report.writeReport(odd), fs.readdirSync("reports"));
const compact = fs.readFileSync("reports/named.json", "utf8");
console.log(compact.split("\n").length, Object.keys(JSON.parse(compact)).join(), "networkInterfaces" in JSON.parse(compact).header);
console.log(JSON.stringify(report.writeReport("missing/a.json")));
report.directory = "";
report.filename = "";
fs.mkdirSync("empty");
process.chdir("empty");
const stderr = process.stderr.write;
console.log(/^report\.\d{8}\.\d{6}\.\d+\.0\.\d{3}\.json$/.test(fs.readdirSync(".").join()), process.stderr.write === stderr);
report.signal = "SIGUSR1";
report.reportOnSignal = true;
report.filename = "signal.json";
const timer = setInterval(() => {
  if (!fs.existsSync("signal.json")) return;
  clearInterval(timer);
  const { event, trigger } = JSON.parse(fs.readFileSync("signal.json", "utf8")).header;
  console.log(event, trigger);
}, 5);
process.kill(process.pid, "SIGUSR1");
