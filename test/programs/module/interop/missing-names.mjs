import { absent } from "./commonjs.cjs";
console.log(absent);
