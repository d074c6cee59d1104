// run: {"nodeArgs": ["--report-uncaught-exception", "--report-filename=uncaught.json", "--report-compact"]}
process.on("exit", () => console.log("exit"));
process.on("uncaughtExceptionMonitor", () => console.log("monitor"));
throw new RangeError("boom");
