// run: {"stdin": "first line\nsecond line\nnö newline at the end"}
process.stdin.setEncoding("utf8");
let text = "";
for await (const chunk of process.stdin) text += chunk;
console.log(JSON.stringify(text), process.stdin.readableEnded, process.stdin.destroyed);
