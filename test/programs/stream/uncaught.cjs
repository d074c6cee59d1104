const { Writable } = require("node:stream");
const writable = new Writable({ write: (_c, _e, done) => done(new TypeError("sink is broken")) });
writable.write("x");
