import { Readable } from "node:stream";
const numbers = () => Readable.from([1, 2, 3, 4, 5, 6]);
console.log(
  await numbers()
    .map((n) => n * 2)
    .toArray(),
);
console.log(
  await numbers()
    .filter(async (n) => n % 2)
    .toArray(),
);
console.log(
  await numbers()
    .flatMap((n) => [n, -n])
    .take(5)
    .toArray(),
);
console.log(await numbers().drop(4).toArray(), await numbers().reduce((a, b) => a + b, 100));
console.log(
  await numbers().some((n) => n > 5),
  await numbers().every((n) => n > 1),
  await numbers().find((n) => n > 2),
);
await numbers().forEach((n) => n === 6 && console.log("saw six"));
console.log(
  await numbers()
    .map(async (n) => n, { concurrency: 3 })
    .asIndexedPairs?.()
    .toArray(),
);
await numbers()
  .map((n) => {
    if (n === 3) throw new RangeError("three");
    return n;
  })
  .toArray()
  .catch((error) => console.log(error.name, error.message));
try {
  numbers().take(-1);
} catch (error) {
  console.log(error.code);
}
