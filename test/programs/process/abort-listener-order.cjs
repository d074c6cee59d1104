const order = [];
process.prependListener("exit", () => order.push("prepended"));
process.on("exit", () => order.push("appended"));
process.prependListener("exit", () => order.push("prepended later"));
process.once("exit", () => console.log(order));
console.log(process.listenerCount("exit"), process.eventNames().includes("exit"));
