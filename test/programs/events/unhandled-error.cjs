const EventEmitter = require("node:events");
class Machine extends EventEmitter {}
new Machine().emit("error", new RangeError("unhandled by anyone"));
