// run: {"nodeArgs": ["--no-warnings", "--stack-trace-limit=3"], "args": ["--no-warnings"]}
console.log(process.execArgv, process.argv.slice(2));
console.log(Error.stackTraceLimit);
process.emitWarning("not shown");
