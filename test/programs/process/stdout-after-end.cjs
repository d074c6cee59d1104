// run: {"pipes": true}
// What is written after the end of a standard stream is an error of the stream.
process.stdout.on("error", (error) => console.error("stdout", error.code, error.syscall, error.message));
process.stdout.on("finish", () => console.error("finish"));
process.stdout.write("before\n");
process.stdout.end("last\n", () => {
  console.error("ended", process.stdout.writable, process.stdout.destroyed);
  setImmediate(() => {
    process.stdout.write("after\n", (error) => {
      console.error("after", error?.code, error?.syscall);
      console.log("by console");
      setImmediate(() => process.stdout.end("again", (error) => console.error("again", error?.code)));
    });
  });
});
console.error("at once", process.stdout.write("too late\n", (error) => console.error("callback", error?.code)));
