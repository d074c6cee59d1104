const EventEmitter = require("node:events");
new EventEmitter().emit("error", { reason: "an object", nested: { a: [1] } });
