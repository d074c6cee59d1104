const seen = [];
for (const signal of ["SIGUSR2", "SIGHUP", "SIGTERM", "SIGINT"]) {
  process.on(signal, (name, number) => {
    seen.push([name, number]);
    if (seen.length === 4) {
      console.log(seen.sort());
      for (const each of ["SIGUSR2", "SIGHUP", "SIGTERM", "SIGINT"]) process.removeAllListeners(each);
      clearTimeout(guard);
    }
  });
}
const guard = setTimeout(() => console.log("too late", seen), 5000);
for (const signal of ["SIGUSR2", "SIGHUP", "SIGTERM", "SIGINT"]) console.log(process.kill(process.pid, signal));
console.log(process.kill(process.pid, 0));
