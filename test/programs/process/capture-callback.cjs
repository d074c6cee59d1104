console.log(process.hasUncaughtExceptionCaptureCallback());
process.setUncaughtExceptionCaptureCallback((error) => console.log("captured", error.message));
console.log(process.hasUncaughtExceptionCaptureCallback());
try {
  process.setUncaughtExceptionCaptureCallback(() => {});
} catch (error) {
  console.log(error.code);
}
setTimeout(() => {
  process.setUncaughtExceptionCaptureCallback(null);
  console.log("still alive");
}, 1);
throw new Error("first");
