import assert from "node:assert/strict";
import { test } from "node:test";
import { RingBuffer } from "../../../src/kernel/buffer/ring.ts";
import { ENOMEM } from "../../../src/kernel/errno.ts";
import { Budget } from "../../../src/kernel/limits/budget.ts";
import { generator } from "../random.ts";

const CAPACITY = 1024;
const UNIT = 64;

test("bytes come out as they went in, whatever the pieces, and the memory is given back", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = generator(seed);
    const below = (count: number): number => Math.floor(random() * count);
    const memory = new Budget(4096, ENOMEM);
    const ring = new RingBuffer(CAPACITY, UNIT, memory);
    let sent = 0;
    let received = 0;
    for (let i = 0; i < 500; i++) {
      const out = Uint8Array.from({ length: below(300) }, (_, j) => (sent + j) % 251);
      const free = ring.reserve(out.length);
      assert.ok(free >= Math.min(out.length, CAPACITY - ring.length));
      sent += ring.write(out);
      const into = new Uint8Array(below(320));
      const got = ring.read(into);
      for (let j = 0; j < got; j++) assert.equal(into[j], (received + j) % 251);
      received += got;
      assert.equal(ring.length, sent - received);
      assert.ok(ring.length + ring.room === CAPACITY && memory.used <= CAPACITY);
      if (below(100) === 0) {
        ring.clear();
        received = sent;
        assert.deepEqual([ring.length, memory.used], [0, 0]);
      }
    }
    assert.ok(received > 10 * CAPACITY);
  }
});

test("it grows as far as the budget lets, and always to one unit", () => {
  const memory = new Budget(3 * UNIT, ENOMEM);
  const ring = new RingBuffer(CAPACITY, UNIT, memory);
  assert.equal(ring.room, 3 * UNIT);
  assert.equal(ring.reserve(10), UNIT);
  assert.equal(ring.write(new Uint8Array(5 * UNIT)), UNIT, "no more than was reserved");
  assert.equal(ring.reserve(5 * UNIT), 2 * UNIT);
  const other = new RingBuffer(CAPACITY, UNIT, memory);
  assert.equal(other.room, UNIT);
  assert.equal(other.reserve(UNIT + 1), UNIT);
  assert.equal(memory.used, 4 * UNIT);
  ring.clear();
  other.clear();
  assert.equal(memory.used, 0);
});
