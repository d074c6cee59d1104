import assert from "node:assert/strict";
import { test } from "node:test";
import { EPOLLET, POLLIN } from "../../src/abi/poll.ts";
import { MAX_USER_WATCHES } from "../../src/kernel/limits/fixed.ts";
import { type Guest, Machine } from "./machine.ts";

const ADD = 1;
const ONE = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);
const ELOOP = -40;
const ENOSPC = -28;

const epoll = (guest: Guest): number => guest.sys("epoll_create1", 0) as number;

test("a dense net of epoll instances is told of an event in a moment", () => {
  const machine = new Machine();
  const guest = machine.guest();
  const event = guest.sys("eventfd2", 0, 0) as number;
  const width = 60;
  let below = [event];
  for (let layer = 0; layer < 5; layer++) {
    const here = Array.from({ length: width }, () => epoll(guest));
    for (const fd of here) {
      for (const target of below) assert.equal(guest.sys("epoll_ctl", fd, ADD, target, POLLIN | EPOLLET), 0);
    }
    below = here;
  }
  const out = new Uint8Array(8);
  const sleeper = machine.guest({ files: [machine.vm.processes.get(guest.pid)!.fds.find(below[0]!)!] });
  guest.process.fds.find(below[0]!)!.incRef();
  const waiting = sleeper.sleep("epoll_wait", 0, out, -1);
  const start = performance.now();
  guest.sys("write", event, ONE);
  // 60⁵ ways lead from the event to the top, over 14,460 interests.
  assert.ok(performance.now() - start < 500);
  machine.host.run();
  assert.equal(waiting.result, 1);
  machine.check();
});

test("every event is told anew to edge-triggered interests, through nested instances", () => {
  const machine = new Machine();
  const guest = machine.guest();
  const event = guest.sys("eventfd2", 0, 0) as number;
  const [inner, outer] = [epoll(guest), epoll(guest)];
  guest.sys("epoll_ctl", inner, ADD, event, POLLIN | EPOLLET);
  guest.sys("epoll_ctl", outer, ADD, inner, POLLIN | EPOLLET);
  const out = new Uint8Array(16);
  assert.equal(guest.sys("epoll_wait", outer, out, 0), 0);
  for (let i = 0; i < 3; i++) {
    guest.sys("write", event, ONE);
    assert.equal(guest.sys("epoll_wait", outer, out, 0), 1);
    assert.equal(guest.sys("epoll_wait", outer, out, 0), 0);
  }
});

test("no more than five instances in a row, in whatever order the row is made", () => {
  for (const order of [
    [0, 1, 2, 3, 4],
    [4, 3, 2, 1, 0],
    [0, 4, 1, 3, 2],
  ]) {
    const guest = new Machine().guest();
    const fds = Array.from({ length: 6 }, () => epoll(guest));
    const results = order.map((i) => guest.sys("epoll_ctl", fds[i]!, ADD, fds[i + 1]!, POLLIN));
    assert.deepEqual(results, [0, 0, 0, 0, ELOOP]);
  }
});

test("circles are found through many ways, and in a moment", () => {
  const guest = new Machine().guest();
  const layers = Array.from({ length: 5 }, () => Array.from({ length: 50 }, () => epoll(guest)));
  for (let i = 1; i < 5; i++) {
    for (const fd of layers[i]!) for (const target of layers[i - 1]!) guest.sys("epoll_ctl", fd, ADD, target, POLLIN);
  }
  const start = performance.now();
  assert.equal(guest.sys("epoll_ctl", layers[0]![0]!, ADD, layers[4]![0]!, POLLIN), ELOOP);
  assert.ok(performance.now() - start < 500);
});

test("the interests of a VM are limited: ENOSPC, and closing gives them back", () => {
  const machine = new Machine();
  const guest = machine.guest();
  const event = epoll(guest);
  const files = Array.from({ length: 400 }, () => guest.sys("dup", event) as number);
  const fill = (): number => {
    for (let count = 0; ; ) {
      const fd = epoll(guest);
      for (const file of files) {
        const result = guest.sys("epoll_ctl", fd, ADD, file, POLLIN);
        if (result === ENOSPC) return count;
        assert.equal(result, 0);
        count++;
      }
    }
  };
  assert.equal(fill(), MAX_USER_WATCHES);
  guest.sys("close_range", 404, 1023, 0);
  assert.equal(machine.vm.epollWatches.used, 0);
  assert.equal(fill(), MAX_USER_WATCHES);
  const start = performance.now();
  guest.sys("exit_group", 0);
  assert.ok(performance.now() - start < 300);
  assert.equal(machine.vm.epollWatches.used, 0);
  machine.check();
});
