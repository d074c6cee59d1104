// A wait that times out ends on time, though nothing else wakes the loop.
const cell = new Int32Array(new SharedArrayBuffer(8));
const keptAlive = setTimeout(() => console.log("late"), 20_000);
const results = await Promise.all([
  Atomics.waitAsync(cell, 0, 0, 30).value,
  Atomics.waitAsync(cell, 1, 0, 5).value,
  Atomics.waitAsync(cell, 0, 0, 1).value,
]);
console.log(results);
const notified = Atomics.waitAsync(cell, 0, 0, 10_000).value;
console.log(Atomics.notify(cell, 0), await notified);
clearTimeout(keptAlive);
