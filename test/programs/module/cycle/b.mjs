import { order } from "./order.mjs";
import { a, late } from "./a.mjs";
order.push("b");
let seen;
try {
  seen = late;
} catch (error) {
  seen = `${error.name}: ${error.message}`;
}
export const b = [a(), seen];
