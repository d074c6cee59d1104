import { order } from "./order.mjs";
import { b } from "./b.mjs";
order.push("a");
export function a() {
  return "hoisted function";
}
export let late = "initialized";
export const readB = () => b;
