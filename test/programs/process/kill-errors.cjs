for (const args of [[process.pid, "SIGNOPE"], ["x"], [process.pid, 999], [2 ** 30, 0]]) {
  try {
    process.kill(...args);
  } catch (error) {
    console.log(error.name, error.code, error.syscall, error.message);
  }
}
try {
  process.on("SIGKILL", () => {});
} catch (error) {
  console.log(error.code, error.syscall, error.message);
}
