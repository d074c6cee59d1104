// run: {"nodeArgs": ["-r", "./not-there.cjs"]}
console.log("never");
