const block = "0123456789abcdef".repeat(4096);
for (let i = 0; i < 10; i++) process.stdout.write(`${i}:${block}\n`);
process.stdout.write("", () => console.error("drained"));
process.on("exit", () => console.log("last line"));
