// run: {"nodeArgs": ["--no-deprecation"]}
const punycode = require("punycode");
console.log(
  punycode.encode("mañana"),
  punycode.decode("maana-pta"),
  punycode.toASCII("mañana.com"),
  punycode.toUnicode("xn--maana-pta.com"),
  punycode.ucs2.decode("😀"),
);
const constants = require("node:constants");
console.log(constants.O_RDWR, constants.SIGINT, constants.ENOENT, constants.S_IFDIR);
const sys = require("node:sys");
console.log(sys === require("node:util"), require("node:tty").isatty(0), require("node:tty").isatty(999));
