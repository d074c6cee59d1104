const shared = new Int32Array(new SharedArrayBuffer(16));
console.log(
  Atomics.add(shared, 0, 5),
  Atomics.load(shared, 0),
  Atomics.compareExchange(shared, 0, 5, 9),
  Atomics.exchange(shared, 1, 3),
  Atomics.notify(shared, 0),
  Atomics.isLockFree(4),
);
console.log(Atomics.wait(shared, 0, 0), Atomics.wait(shared, 0, 9, 5));
const { async, value } = Atomics.waitAsync(shared, 0, 9, 1000);
console.log(async, Atomics.notify(shared, 0), await value);
