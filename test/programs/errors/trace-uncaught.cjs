// run: {"nodeArgs": ["--trace-uncaught"]}
function thrower() {
  throw { not: "an error" };
}
thrower();
