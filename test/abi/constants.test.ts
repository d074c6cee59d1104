import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { test } from "node:test";
import { ERRNO } from "../../src/abi/errno.ts";
import * as fcntl from "../../src/abi/fcntl.ts";
import * as mode from "../../src/abi/mode.ts";
import * as signal from "../../src/abi/signal.ts";

/** How many names of `ours` the system knows; fails if it gives one of them another value. */
function compare(ours: Record<string, unknown>, system: object): number {
  const known = Object.entries(system).filter(([name]) => name in ours);
  for (const [name, value] of known) assert.equal(ours[name], value, name);
  return known.length;
}

test("error numbers are the system's", { skip: process.platform !== "linux" }, () => {
  assert.ok(compare(ERRNO, os.constants.errno) > 40);
});

test("signals are the system's, and their names lead back to them", { skip: process.platform !== "linux" }, () => {
  assert.ok(compare(signal as Record<string, unknown>, os.constants.signals) > 28);
  for (let number = 1; number <= 31; number++) assert.equal(signal.signalNumber(signal.signalName(number)), number);
});

test("open flags and mode bits are x86-64's", { skip: process.platform !== "linux" || process.arch !== "x64" }, () => {
  const { O_NOATIME, O_DIRECTORY } = fs.constants;
  assert.ok(O_NOATIME === fcntl.O_NOATIME && O_DIRECTORY === fcntl.O_DIRECTORY);
  assert.ok(compare(fcntl, fs.constants) > 14);
  assert.ok(compare(mode, fs.constants) > 10);
});
