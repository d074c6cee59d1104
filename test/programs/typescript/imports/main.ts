import { twice, type Pair } from "./helper.ts";
import legacy from "./legacy.cts";
const pair: Pair<number> = [1, twice(2)];
console.log(pair, legacy.answer, (await import("./late.mts")).default);
await import("./helper").catch((error: NodeJS.ErrnoException) => console.log(error.code));
await import("./helper.js").catch((error: NodeJS.ErrnoException) => console.log(error.code));
