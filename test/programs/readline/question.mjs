// run: {"stdin": "Ada\n36\n"}
import { createInterface } from "node:readline/promises";
const reader = createInterface({ input: process.stdin, output: process.stdout });
const answers = [];
reader.on("line", (line) => answers.push(line));
const name = await reader.question("Name? ");
console.log(`\nHello ${name}`);
reader.setPrompt("> ");
reader.prompt();
reader.on("close", () => console.log("closed", answers));
