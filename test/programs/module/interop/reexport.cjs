module.exports = require("./commonjs.cjs");
