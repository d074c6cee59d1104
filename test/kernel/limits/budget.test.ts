import assert from "node:assert/strict";
import { test } from "node:test";
import { ENFILE } from "../../../src/kernel/errno.ts";
import { Budget } from "../../../src/kernel/limits/budget.ts";
import { fails } from "../vfs/support.ts";

test("a budget is refused as a whole, in its own words, and given back", () => {
  const budget = new Budget(10, ENFILE);
  budget.take(7);
  budget.require(3);
  fails(ENFILE, () => budget.require(4));
  fails(ENFILE, () => budget.take(4));
  assert.deepEqual([budget.used, budget.left], [7, 3]);
  budget.take(3);
  fails(ENFILE, () => budget.take());
  budget.overdraw(5);
  assert.deepEqual([budget.used, budget.left], [15, 0]);
  budget.give(14);
  assert.deepEqual([budget.used, budget.left], [1, 9]);
});
