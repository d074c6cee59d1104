console.log(typeof process, Object.prototype.toString.call(process), process instanceof process.constructor);
console.log(process.platform, process.title.length > 0, process.release.name);
console.log(typeof process.pid, process.pid > 0, typeof process.ppid);
console.log(/^v22\.\d+\.\d+$/.test(process.version), process.version.slice(1) === process.versions.node);
for (const name of ["v8", "uv", "zlib", "modules", "openssl", "unicode", "icu"])
  console.log(name, typeof process.versions[name]);
console.log(Object.isFrozen(process.versions), Object.getOwnPropertyDescriptor(process, "version").writable);
console.log(process.stdin.fd, process.stdout.fd, process.stderr.fd, process.stdout.isTTY, process.stdin.isTTY);
console.log(Object.keys(process.features).sort().join());
console.log(typeof process.getuid(), typeof process.getgid(), Array.isArray(process.getgroups()));
console.log(process.exitCode, process.connected, process.debugPort);
