const EventEmitter = require("node:events");
class Named extends EventEmitter {}
const emitter = new Named();
emitter.setMaxListeners(1);
process.on("warning", (warning) =>
  console.log(warning.name, warning.count, warning.type, warning.emitter === emitter, warning.message),
);
for (let i = 0; i < 4; i++) emitter.on("event", () => {});
