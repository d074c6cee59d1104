let depth = 0;
function recurse() {
  depth++;
  recurse();
}
try {
  recurse();
} catch (error) {
  console.log(error.name, error.message, depth > 1000);
}
try {
  JSON.stringify(Array.from({ length: 1 }).fill(0), () => recurse());
} catch (error) {
  console.log(error instanceof RangeError);
}
