import { Readable } from "node:stream";
const source = Readable.from(
  (function* () {
    yield* ["one", "two", "three"];
  })(),
);
for await (const chunk of source) {
  console.log(chunk);
  if (chunk === "two") break;
}
console.log(source.destroyed);
const kept = Readable.from(["a", "b", "c"]);
for await (const chunk of kept.iterator({ destroyOnReturn: false })) {
  console.log(chunk);
  break;
}
console.log(kept.destroyed, await kept.toArray());
const failing = new Readable({
  read() {
    this.destroy(new Error("read failed"));
  },
});
try {
  for await (const _ of failing);
} catch (error) {
  console.log(error.message);
}
for (const bad of [1, null, {}]) {
  try {
    Readable.from(bad);
  } catch (error) {
    console.log(error.code, error.message);
  }
}
console.log(
  (await Readable.from("a string").toArray()).length,
  (await Readable.from(Buffer.from("buffer")).toArray())[0],
);
