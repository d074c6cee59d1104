// run: {"stdin": "first\nsecond\r\nthïrd\n\nlast without newline"}
import { createInterface } from "node:readline";
const reader = createInterface({ input: process.stdin, crlfDelay: Infinity });
for await (const line of reader) console.log(JSON.stringify(line));
console.log(reader.closed, reader.terminal);
