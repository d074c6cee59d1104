// run: {"nodeArgs":["--disable-warning=DEP0005","--disable-warning=ExperimentalWarning","--trace-exit"]}
new Buffer(1); process.emitWarning('x', 'ExperimentalWarning'); process.emitWarning('shown'); process.on('exit', () => console.log('bye')); setImmediate(() => process.exit(3));
