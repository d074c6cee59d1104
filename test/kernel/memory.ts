import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** Bytes that are in use on the JavaScript heap, garbage collected. */
export function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
