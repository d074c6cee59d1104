// run: {"nodeArgs": ["--unhandled-rejections=warn-with-error-code"]}
Promise.reject(new Error("warned, and the exit code is 1"));
process.on("exit", (code) => console.log("exit", code));
