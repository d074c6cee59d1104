// run: {"nodeArgs": ["--unhandled-rejections=strict"]}
process.on("uncaughtException", (error, origin) => console.log(error.message, origin));
process.on("unhandledRejection", (error) => console.log("then", error.message));
Promise.reject(new Error("strict"));
