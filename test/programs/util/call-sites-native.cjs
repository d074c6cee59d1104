// No frame that a program sees is below Node's library.
const util = require("node:util");
const fs = require("node:fs");
const { AsyncResource } = require("node:async_hooks");

const places = (sites) => sites.map(({ scriptName, functionName, lineNumber }) => [scriptName.replace(__dirname, ""), functionName, lineNumber]);
const shown = [];
const show = (title) => shown.push(`${title} ${JSON.stringify(places(util.getCallSites(20)))}`);
show("main");
[1].forEach(() => show("forEach"));
setTimeout(() => show("timer"), 1);
setImmediate(() => show("immediate"));
process.nextTick(() => show("tick"));
Promise.resolve().then(() => show("promise"));
queueMicrotask(() => show("microtask"));
fs.stat(__filename, () => show("fs callback"));
fs.promises.stat(__filename).then(() => show("fs promise"));
fs.createReadStream(__filename).on("data", () => show("stream"));
new AsyncResource("own").runInAsyncScope(() => show("async scope"));
process.on("exit", () => show("exit"));
process.on("beforeExit", () => show("beforeExit"));
const channel = new MessageChannel();
channel.port1.onmessage = () => {
  show("message");
  channel.port1.close();
};
channel.port2.postMessage(1);
require("node:zlib").deflate("x", () => show("zlib"));
require("node:crypto").randomBytes(1, () => show("crypto"));
console.log({ get a() { show("getter"); return 1; } }.a);
console.log({ [util.inspect.custom]() { show("inspect"); return "inspected"; } });
structuredClone({ get a() { show("clone"); return 1; } });
// The order of the callbacks is no matter here.
process.on("exit", () => console.log(shown.sort().join("\n")));
