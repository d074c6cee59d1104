// run: {"nodeArgs":["-e","console.log(process.argv.length, __filename, module.id, require.main === module, module.paths.length > 0); throw new Error('ev')"]}
