// run: {"nodeArgs": ["--no-such-option"]}
console.log("never");
