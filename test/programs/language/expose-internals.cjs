// run: {"nodeArgs": ["--expose-internals", "--no-warnings"]}
const { internalBinding } = require("internal/test/binding");
console.log(
  typeof internalBinding,
  typeof internalBinding("util").getOwnNonIndexProperties,
  require("internal/util").kEmptyObject !== undefined,
  internalBinding("constants").os.signals.SIGKILL,
);
try {
  require("internal/nope");
} catch (error) {
  console.log(error.code);
}
