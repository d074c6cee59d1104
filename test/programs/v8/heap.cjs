const v8 = require("node:v8");
console.log(
  Object.keys(v8.getHeapStatistics()).join(),
  v8
    .getHeapSpaceStatistics()
    .map((space) => space.space_name)
    .join(),
  Object.keys(v8.getHeapCodeStatistics()).join(),
);
const { heap_size_limit, used_heap_size, total_heap_size } = v8.getHeapStatistics();
console.log(
  heap_size_limit > used_heap_size,
  used_heap_size > 1e6,
  total_heap_size >= used_heap_size,
  typeof v8.cachedDataVersionTag(),
  v8.startupSnapshot.isBuildingSnapshot(),
);
v8.setFlagsFromString("--no-opt");
try {
  v8.setFlagsFromString(5);
} catch (error) {
  console.log(error.code);
}
class Probe {}
globalThis.kept = [new Probe(), new Probe()];
console.log(v8.queryObjects(Probe), v8.queryObjects(Probe, { format: "summary" }), Object.keys(v8).sort().join());
