// run: {"nodeArgs": ["--trace-exit"]}
setImmediate(function leave() {
  process.exit(3);
});
