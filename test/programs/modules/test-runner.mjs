import { describe, it, mock, test } from "node:test";
import assert from "node:assert";
const fn = mock.fn((x) => x * 2);
console.log(fn(2), fn.mock.callCount(), fn.mock.calls[0].arguments);
mock.method(Math, "random", () => 0.5);
console.log(Math.random());
mock.restoreAll();
console.log(typeof describe, typeof it, typeof test, typeof assert.ok);
