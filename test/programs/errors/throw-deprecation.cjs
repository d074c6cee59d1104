// run: {"nodeArgs": ["--throw-deprecation"]}
process.on("exit", (code) => console.log("exit", code));
Buffer(1);
setTimeout(() => console.log("never"), 1);
