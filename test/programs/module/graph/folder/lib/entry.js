module.exports = `entry of the folder, parent ${require("node:path").basename(module.parent.filename)}`;
