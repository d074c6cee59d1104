// run: {"nodeArgs": ["--disallow-code-generation-from-strings", "--title=other"]}
for (const source of [() => eval("1"), () => new Function("return 1")]) {
  try {
    console.log(source());
  } catch (error) {
    console.log(error.name, error.message);
  }
}
console.log(process.title);
