import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSameAsNode, bareEval } from "./bare.ts";

const SETUP = `
const p = internalBinding("performance");
const fails = (fn) => { try { return fn(); } catch (error) { return error.code ?? error.name; } };
const all = (h) => { const map = new Map(), big = new Map(); h.percentiles(map); h.percentilesBigInt(big); return [[...map], [...big].map(String),
  h.count(), h.min(), h.max(), String(h.mean()), String(h.stddev()), h.exceeds(), String(h.countBigInt()), String(h.minBigInt()), String(h.maxBigInt()), String(h.exceedsBigInt()),
  ...[1, 10, 50, 90, 99, 99.9, 100].map((q) => h.percentile(q)), String(h.percentileBigInt(75))]; };
const filled = (values, ...args) => { const h = new p.Histogram(...args); for (const value of values) h.record(value); return h; };
const up = (n, f) => Array.from({ length: n }, (_, i) => f(i + 1));
`;

test("histograms count, and answer, as Node's", () => {
  assertSameAsNode(SETUP, [
    "all(filled([], 1, Number.MAX_SAFE_INTEGER, 3))",
    "all(filled([5], 1, Number.MAX_SAFE_INTEGER, 3))",
    "all(filled(up(1000, (i) => i * i), 1, Number.MAX_SAFE_INTEGER, 3))",
    "all(filled(up(1000, (i) => i * i), 1, 500_000, 1))",
    "all(filled(up(300, (i) => 2 ** (i % 50) + i), 1, Number.MAX_SAFE_INTEGER, 5))",
    "all(filled(up(300, (i) => 1000 * i + 7), 1000, 100_000, 2))",
    "all(filled([1n, 2n ** 40n, 2n ** 62n], 1n, 2n ** 62n, 3))",
    "all(filled([1, 2, 3, 3, 3, 3, 3, 3, 3, 1000], 1, 2000, 4))",
    "(() => { const a = filled([1, 2, 3], 1, 100, 2), b = filled([50, 700], 1, 1000, 3); const dropped = a.add(b); return [dropped, all(a), all(b)]; })()",
    "(() => { const a = filled([1, 2, 3], 1, 100, 2); a.reset(); return all(a); })()",
    "(() => { const a = filled([1, ...up(500, () => 1000), 77777], 1, 1e6, 3); for (let i = 0; i < 40; i++) a.add(a); return all(a); })()",
    "(() => { const a = filled([], 1, 1e12, 3); a.recordDelta(); const none = a.count(); a.recordDelta(); return [none, a.count()]; })()",
    "fails(() => filled([0], 1, 100, 3))",
    "fails(() => filled([-1n], 1, 100, 3))",
    "fails(() => filled([2n ** 70n], 1, 100, 3))",
  ]);
});

test("a histogram that is added to itself for ever keeps the largest count, and percentiles that end", () => {
  const rounds = JSON.parse(
    bareEval(`${SETUP}
      const h = filled([1, ...up(500, () => 1000), 77777], 1, 1e6, 3);
      const report = [];
      for (let i = 1; i <= 80; i++) {
        h.add(h);
        const map = new Map();
        h.percentiles(map);
        if (i === 54 || i === 80) report.push([String(h.countBigInt()), map.size, h.percentile(50), h.percentile(100)]);
      }
      JSON.stringify(report)`),
  );
  assert.deepEqual(rounds, [
    [String(502n << 54n), 11, 1000, 77823],
    [String(2n ** 63n - 1n), 2, 1, 1],
  ]);
});

test("the binding has Node's constants, and its arrays", () => {
  assertSameAsNode(SETUP, [
    "Object.keys(p.constants)",
    "Object.getOwnPropertyNames(p.constants).map((name) => [name, p.constants[name]])",
    "[p.milestones.constructor.name, p.milestones.length, p.observerCounts.constructor.name, p.observerCounts.length]",
  ]);
});

test("hostile arguments of histograms are errors", () => {
  const report = JSON.parse(
    bareEval(`${SETUP}
      const h = new p.Histogram(1, 100, 3);
      JSON.stringify([() => p.Histogram(), () => new p.Histogram(0, 1, 3), () => new p.Histogram(1, 1, 3), () => new p.Histogram(-1n, 2n ** 80n, 3), () => new p.Histogram(2n ** 60n, 2n ** 62n, 5),
        () => new p.Histogram(1, 100, 99), () => new p.Histogram(NaN, {}, []), () => h.record(NaN), () => h.record({}), () => h.record("5"), () => h.percentile(0), () => h.percentile(NaN),
        () => h.percentile(101), () => h.percentile(), () => h.percentiles({}), () => h.percentiles(), () => h.add({}), () => h.add(), () => h.count.call({}), () => p.Histogram.prototype.count.call(Object.create(h))].map(fails))`),
  );
  assert.deepEqual(report, [
    "ERR_CONSTRUCT_CALL_REQUIRED",
    "ERR_OUT_OF_RANGE",
    "ERR_OUT_OF_RANGE",
    "ERR_OUT_OF_RANGE",
    "ERR_MEMORY_ALLOCATION_FAILED",
    "ERR_OUT_OF_RANGE",
    "ERR_OUT_OF_RANGE",
    "ERR_OUT_OF_RANGE",
    "ERR_OUT_OF_RANGE",
    "ERR_OUT_OF_RANGE",
    "ERR_INVALID_ARG_TYPE",
    "ERR_INVALID_ARG_TYPE",
    "ERR_INVALID_ARG_TYPE",
    "ERR_INVALID_ARG_TYPE",
    "ERR_INVALID_ARG_TYPE",
    "ERR_INVALID_ARG_TYPE",
    "ERR_INVALID_ARG_TYPE",
    "ERR_INVALID_ARG_TYPE",
    "TypeError",
    "TypeError",
  ]);
});

test("a clone of a histogram counts with the original", () => {
  assert.equal(
    bareEval(`${SETUP}
      const { structuredClone } = internalBinding("messaging");
      const h = filled([7], 1, 100, 3);
      const copy = structuredClone({ inner: h }).inner;
      copy.record(9);
      [copy !== h, copy instanceof p.Histogram, h.count()].join()`),
    "true,true,2",
  );
});

test("the clock starts where the system says and goes on from there", () => {
  assert.deepEqual(
    JSON.parse(
      bareEval(`${SETUP}
        p.startClock(5.01e9, 1_700_000_000_010_000, 10);
        const { constants: c, milestones } = p;
        const first = p.now(), second = p.now();
        p.markBootstrapComplete();
        p.markMilestone(c.NODE_PERFORMANCE_MILESTONE_LOOP_START);
        JSON.stringify([milestones[c.NODE_PERFORMANCE_MILESTONE_TIME_ORIGIN], milestones[c.NODE_PERFORMANCE_MILESTONE_TIME_ORIGIN_TIMESTAMP], first >= 0, second >= first,
          milestones[c.NODE_PERFORMANCE_MILESTONE_BOOTSTRAP_COMPLETE] >= 5e9, milestones[c.NODE_PERFORMANCE_MILESTONE_LOOP_START] >= milestones[c.NODE_PERFORMANCE_MILESTONE_BOOTSTRAP_COMPLETE],
          milestones[c.NODE_PERFORMANCE_MILESTONE_LOOP_EXIT], fails(() => p.markMilestone(99)), fails(() => p.startClock())])`),
    ),
    [5e9, 1_700_000_000_000_000, true, true, true, true, -1, "ERR_INVALID_ARG_TYPE", "ERR_INVALID_ARG_TYPE"],
  );
});

test("garbage collections become entries of the event loop", () => {
  const [names, kinds, order] = JSON.parse(
    bareEval(`${SETUP}
      const engine = internalBinding("secure_exec");
      const entries = [];
      p.setupObservers((...entry) => entries.push(entry));
      p.startClock(0, 0, 0);
      p.installGarbageCollectionTracking();
      for (let i = 0, kept; i < 200; i++) kept = new Array(50000).fill(i);
      const early = entries.length;
      p.removeGarbageCollectionTracking();
      engine.runTasks();
      JSON.stringify([entries[0].slice(0, 2), Object.keys(entries[0][4]), [early, entries.length > 0, entries[0][2] > 0, entries[0][3] > 0]])`),
  );
  assert.deepEqual(
    [names, kinds, order],
    [
      ["gc", "gc"],
      ["kind", "flags"],
      [0, true, true, true],
    ],
  );
});

test("notify reaches the observers of its type alone", () => {
  assert.equal(
    bareEval(`${SETUP}
      const seen = [];
      p.setupObservers((entry) => seen.push(entry));
      p.observerCounts[p.constants.NODE_PERFORMANCE_ENTRY_TYPE_NET] = 1;
      p.notify("net", 1); p.notify("dns", 2); p.notify("nonsense", 3);
      [seen, fails(() => p.notify({})), fails(() => p.setupObservers(1))].join()`),
    "1,ERR_INVALID_ARG_TYPE,ERR_INVALID_ARG_TYPE",
  );
});
