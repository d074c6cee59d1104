const { PassThrough } = require("node:stream");
const [source, one, two] = [new PassThrough(), new PassThrough(), new PassThrough()];
const log = [];
one.on("pipe", () => log.push("pipe one")).on("unpipe", () => log.push("unpipe one"));
source.pipe(one);
source.pipe(two, { end: false });
one.on("data", (chunk) => log.push(`one ${chunk}`));
two.on("data", (chunk) => log.push(`two ${chunk}`));
two.on("end", () => log.push("two ends"));
source.write("first");
setImmediate(() => {
  source.unpipe(one);
  source.write("second");
  source.end();
  setImmediate(() => console.log(log, two.writableEnded, source.listenerCount("data")));
});
