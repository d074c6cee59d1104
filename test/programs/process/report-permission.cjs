console.log(process.permission, typeof process.report, typeof process.report.getReport);
console.log(process.sourceMapsEnabled, process.throwDeprecation, process.traceDeprecation);
process.setSourceMapsEnabled(true);
console.log(process.sourceMapsEnabled);
console.log(typeof process.setegid, typeof process.initgroups, process.getActiveResourcesInfo());
setTimeout(() => {}, 1);
console.log(process.getActiveResourcesInfo());
