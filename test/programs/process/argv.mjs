// run: {"args": ["one", "--two=2", "-x", "spaced out", "ünï", ""]}
console.log(process.argv.length, process.argv.slice(2));
console.log(typeof process.argv0, process.execArgv);
console.log(process.argv[1] === import.meta.filename);
process.argv.push("added");
console.log(process.argv.at(-1));
