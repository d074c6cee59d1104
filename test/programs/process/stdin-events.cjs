// run: {"stdin": "abcdef"}
const chunks = [];
process.stdin.on("readable", () => {
  for (let chunk = process.stdin.read(2); chunk !== null; chunk = process.stdin.read(2)) chunks.push(chunk.toString());
});
process.stdin.on("end", () => console.log("end", chunks.join("|")));
process.stdin.on("close", () => console.log("close"));
