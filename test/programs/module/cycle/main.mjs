import { order } from "./order.mjs";
import { a, readB } from "./a.mjs";
import "./deep/side-effect.mjs";
order.push("main");
console.log(order, a(), readB());
const again = await Promise.all([import("./a.mjs"), import("./a.mjs?query"), import("./a.mjs#hash")]);
console.log(again[0] === again[1], again[0] === again[2], order);
