function load() {
  return require("./not-there.cjs");
}
load();
