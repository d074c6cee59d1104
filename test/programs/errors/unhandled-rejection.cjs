Promise.reject(new Error("unhandled"));
process.on("exit", (code) => console.log("exit", code));
setTimeout(() => console.log("never"), 100);
