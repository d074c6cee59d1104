const results = [];
process.stdout.write("plain\n");
process.stdout.write(Buffer.from("buffer\n"));
process.stdout.write("68657820636f646564\n", "hex");
process.stdout.write("\n");
process.stdout.write("with callback\n", (error) => {
  results.push(error === undefined || error === null);
  process.stderr.write(`${JSON.stringify(results)}\n`);
});
console.log(process.stdout.writable, process.stdout.writableObjectMode, process.stdout._type === process.stderr._type);
try {
  process.stdout.write(1);
} catch (error) {
  console.log(error.code, error.message);
}
try {
  process.stdout.write(null);
} catch (error) {
  console.log(error.code, error.message);
}
