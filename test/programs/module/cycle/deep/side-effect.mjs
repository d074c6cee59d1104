import { order } from "../order.mjs";
order.push("side effect");
await null;
order.push("after await");
