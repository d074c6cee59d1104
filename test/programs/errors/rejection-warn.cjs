// run: {"nodeArgs": ["--unhandled-rejections=warn"]}
Promise.reject(new Error("only a warning"));
process.on("exit", (code) => console.log("exit", code));
