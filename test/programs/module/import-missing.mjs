import "./not-there.mjs";
console.log("never");
