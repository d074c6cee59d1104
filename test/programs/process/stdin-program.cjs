// run: {"nodeArgs":["-"],"stdin":"console.log(__filename, process.argv.slice(1).length, module.id); foo();"}
