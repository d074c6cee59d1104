// run: {"nodeArgs": ["--unhandled-rejections=none"]}
Promise.reject(new Error("silent"));
process.on("exit", (code) => console.log("exit", code));
