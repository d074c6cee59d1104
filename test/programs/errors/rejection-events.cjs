process.on("unhandledRejection", (reason, promise) =>
  console.log("unhandled", reason.message, promise instanceof Promise),
);
process.on("rejectionHandled", (promise) => console.log("handled later", promise === late));
const late = Promise.reject(new Error("one"));
setTimeout(() => late.catch((error) => console.log("caught", error.message)), 5);
const inTime = Promise.reject(new Error("never reported"));
process.nextTick(() => inTime.catch(() => {}));
process.on("multipleResolves", () => {});
