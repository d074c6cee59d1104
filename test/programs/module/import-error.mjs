import { nope } from "node:fs";
console.log(nope);
