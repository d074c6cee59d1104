import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSameAsNode, bareEval } from "./bare.ts";

const SETUP = `
const b = internalBinding("v8");
const fails = (fn) => { try { fn(); return "nothing thrown"; } catch (error) { return error.code ?? error.name; } };
`;

function run(body: string): unknown {
  return JSON.parse(bareEval(`${SETUP}\nJSON.stringify((() => { ${body} })())`));
}

test("the binding has Node's shape", () => {
  assertSameAsNode(SETUP, [
    "Object.keys(b).filter((key) => typeof b[key] === 'number').sort().map((key) => [key, b[key]])",
    "b.kHeapSpaces",
    "b.detailLevel",
    "[b.heapStatisticsBuffer.length, b.heapCodeStatisticsBuffer.length, b.heapSpaceStatisticsBuffer.length]",
    "b.cachedDataVersionTag() > 0",
    "[b.isStringOneByteRepresentation('abc'), b.isStringOneByteRepresentation('\\u1234')]",
    "new b.GCProfiler().stop()",
    "Object.keys(internalBinding('mksnapshot')).sort()",
    "[...internalBinding('mksnapshot').isBuildingSnapshotBuffer]",
    "Object.entries(internalBinding('worker')).filter(([, value]) => typeof value !== 'function').sort()",
    "internalBinding('worker').getEnvMessagePort()",
    "Object.keys(internalBinding('heap_utils')).sort()",
  ]);
});

test("statistics are those of the isolate", () => {
  assert.deepEqual(
    run(`
      b.updateHeapStatisticsBuffer();
      const heap = b.heapStatisticsBuffer;
      const total = heap[b.kTotalHeapSizeIndex], used = heap[b.kUsedHeapSizeIndex], limit = heap[b.kHeapSizeLimitIndex];
      b.updateHeapCodeStatisticsBuffer();
      let spaces = 0;
      b.kHeapSpaces.forEach((_, index) => { b.updateHeapSpaceStatisticsBuffer(index); spaces += b.heapSpaceStatisticsBuffer[b.kSpaceUsedSizeIndex]; });
      return [used > 0 && used <= total && total <= limit, heap[b.kNumberOfNativeContextsIndex], b.heapCodeStatisticsBuffer[0] >= 0, Math.abs(spaces - used) < used];
    `),
    [true, 1, true, true],
  );
});

test("a guest that takes the field arrays' memory away, or asks for no space, gets errors at most", () => {
  assert.deepEqual(
    run(`
      const { structuredClone } = internalBinding("messaging");
      for (const array of [b.heapStatisticsBuffer, b.heapCodeStatisticsBuffer, b.heapSpaceStatisticsBuffer]) structuredClone(0, { transfer: [array.buffer] });
      return [() => b.updateHeapStatisticsBuffer(), () => b.updateHeapCodeStatisticsBuffer(), () => b.updateHeapSpaceStatisticsBuffer(0),
        () => b.updateHeapSpaceStatisticsBuffer(-1), () => b.updateHeapSpaceStatisticsBuffer(2 ** 40), () => b.updateHeapSpaceStatisticsBuffer(),
        () => b.isStringOneByteRepresentation({}), () => b.setHeapSnapshotNearHeapLimit(1), () => new (internalBinding("worker").Worker)(),
        () => internalBinding("mksnapshot").compileSerializeMain(), () => internalBinding("heap_utils").createHeapSnapshotStream()].map(fails);
    `),
    [
      ...Array(3).fill("nothing thrown"),
      ...Array(3).fill("ERR_INVALID_ARG_TYPE"),
      "nothing thrown",
      ...Array(4).fill("ERR_FEATURE_UNAVAILABLE_ON_PLATFORM"),
    ],
  );
});

test("a profiler records the collections between start and stop", () => {
  const report = JSON.parse(
    bareEval(`${SETUP}
      const profiler = new b.GCProfiler();
      profiler.start();
      profiler.start();
      for (let i = 0, kept; i < 200; i++) kept = new Array(50000).fill(i);
      profiler.stop()`),
  );
  assert.equal(report.version, 1);
  assert.ok(report.endTime >= report.startTime);
  const [first] = report.statistics;
  assert.deepEqual(Object.keys(first), ["gcType", "beforeGC", "cost", "afterGC"]);
  assert.ok(first.beforeGC.heapStatistics.usedHeapSize > 0 && first.beforeGC.heapSpaceStatistics.length > 5);
});

test("live objects are found by their prototype", () => {
  assert.deepEqual(
    run(`
      class A {} class B extends A {}
      globalThis.kept = [new A(), new B(), new B()];
      const { queryObjects } = internalBinding("internal_only_v8");
      return [queryObjects(B.prototype).length, queryObjects(A.prototype).length, fails(() => queryObjects(1)), fails(() => queryObjects())];
    `),
    [2, 4, "ERR_INVALID_ARG_TYPE", "ERR_INVALID_ARG_TYPE"],
  );
});
