import assert from "node:assert/strict";
import { test } from "node:test";
import { bareEval } from "./bare.ts";

// The loop and the two functions that Node's library would give, in miniature.
const SETUP = `
const m = internalBinding("messaging");
const engine = internalBinding("secure_exec");
const symbols = internalBinding("symbols");
const { privateSymbols } = internalBinding("util");
const log = [];
engine.setSlot("emitMessage", function (data, ports, type) { this.got?.(data, ports, type); });
const run = () => { while (engine.pendingTasks() & 1) { engine.runTasks(); engine.runClosing(); } };
const alive = () => (engine.pendingTasks() & 2) !== 0;
const fails = (fn) => { try { return "returned " + String(fn()); } catch (error) { return error.name + ": " + error.message; } };
const listen = (port, name) => { port.got = (data, ports, type) => log.push([name, type, data, ports?.length]); port.start(); };
`;

function run(body: string): unknown {
  return JSON.parse(bareEval(`${SETUP}\nJSON.stringify((() => { ${body} })())`));
}

test("a clone is structured as the original, cycles and shared buffers included", () => {
  assert.deepEqual(
    run(`
      const buffer = new ArrayBuffer(8);
      const value = { map: new Map([[1, new Set(["a"])]]), date: new Date(5), big: 10n ** 30n, error: new RangeError("no", { cause: 7 }),
        view: new Uint8Array(buffer, 2, 3), other: new DataView(buffer), regexp: /x/gi, undef: undefined, nan: NaN, wrapped: Object("s") };
      value.self = value;
      const copy = m.structuredClone(value, {});
      return [copy !== value, copy.self === copy, copy.map.get(1).has("a"), copy.date.getTime(), copy.big === value.big,
        copy.error instanceof RangeError, copy.error.message, copy.error.cause, copy.view.buffer === copy.other.buffer,
        copy.view.byteOffset, copy.regexp.flags, "undef" in copy, Number.isNaN(copy.nan), typeof copy.wrapped];
    `),
    [true, true, true, 5, true, true, "no", 7, true, 2, "gi", true, true, "object"],
  );
});

test("what cannot be cloned throws a DataCloneError with Node's words", () => {
  assert.deepEqual(
    run(`
      const { port1 } = new m.MessageChannel();
      const closed = new m.MessageChannel().port1; closed.close();
      const gone = new ArrayBuffer(1); m.structuredClone(0, { transfer: [gone] });
      const buffer = new ArrayBuffer(1);
      const marked = new ArrayBuffer(1); marked[privateSymbols.untransferable_object_private_symbol] = true;
      return [
        () => m.structuredClone(() => {}), () => m.structuredClone(Symbol("x")), () => m.structuredClone(new WeakMap()),
        () => m.structuredClone(new Proxy({}, {})), () => m.structuredClone(port1),
        () => m.structuredClone(closed, { transfer: [closed] }), () => m.structuredClone(gone, { transfer: [gone] }),
        () => m.structuredClone(gone), () => m.structuredClone(buffer, { transfer: [buffer, buffer] }),
        () => m.structuredClone(marked, { transfer: [marked] }), () => m.structuredClone(0, { transfer: [{}] }),
        () => m.structuredClone(0, { transfer: [1] }), () => port1.postMessage(0, [port1]),
        () => m.structuredClone(0, { transfer: [port1, port1] }), () => m.structuredClone(0, { transfer: 1 }),
      ].map(fails);
    `),
    [
      "DataCloneError: () => {} could not be cloned.",
      "DataCloneError: Symbol(x) could not be cloned.",
      "DataCloneError: #<WeakMap> could not be cloned.",
      "DataCloneError: #<Object> could not be cloned.",
      "DataCloneError: Object that needs transfer was found in message but not listed in transferList",
      "DataCloneError: MessagePort in transfer list is already detached",
      "DataCloneError: Cannot transfer object of unsupported type.",
      "DataCloneError: An ArrayBuffer is detached and could not be cloned.",
      "DataCloneError: Transfer list contains duplicate ArrayBuffer",
      "DataCloneError: Cannot transfer object of unsupported type.",
      "DataCloneError: Found invalid value in transferList.",
      "DataCloneError: Found invalid value in transferList.",
      "DataCloneError: Transfer list contains source port",
      "DataCloneError: Transfer list contains duplicate MessagePort",
      "TypeError: Optional options.transfer argument must be an iterable",
    ],
  );
});

test("messages arrive in order, from the event loop, once the port is started", () => {
  assert.deepEqual(
    run(`
      const { port1, port2 } = new m.MessageChannel();
      port1.postMessage("early");
      run();
      listen(port2, "two");
      port1.postMessage({ n: 1 });
      const before = log.length;
      run();
      return [before, log];
    `),
    [
      0,
      [
        ["two", "message", "early", null],
        ["two", "message", { n: 1 }, null],
      ],
    ],
  );
});

test("a buffer moves, a port moves with its queue, and both work at the other end", () => {
  assert.deepEqual(
    run(`
      const a = new m.MessageChannel(), b = new m.MessageChannel();
      const buffer = new Uint8Array([1, 2, 3]).buffer;
      const growing = new ArrayBuffer(2, { maxByteLength: 10 });
      b.port1.postMessage("queued");
      let moved;
      a.port2.got = (data, ports) => { moved = data.port; log.push([ports.length, ports[0] === moved, [...new Uint8Array(data.buffer)], data.growing.maxByteLength]); };
      a.port2.start();
      a.port1.postMessage({ buffer, growing, port: b.port2 }, [buffer, growing, b.port2]);
      const left = [buffer.byteLength, growing.byteLength, fails(() => b.port2.postMessage(1)), fails(() => m.structuredClone(0, { transfer: [b.port2] }))];
      run();
      listen(moved, "moved");
      b.port1.postMessage("later");
      run();
      return [left, log];
    `),
    [
      [0, 0, "returned undefined", "DataCloneError: MessagePort in transfer list is already detached"],
      [
        [1, true, [1, 2, 3], 10],
        ["moved", "message", "queued", null],
        ["moved", "message", "later", null],
      ],
    ],
  );
});

test("closing one end closes the other, after what was sent before", () => {
  assert.deepEqual(
    run(`
      const { port1, port2 } = new m.MessageChannel();
      for (const [name, port] of [["one", port1], ["two", port2]]) port[symbols.handle_onclose] = () => log.push(name + " closed");
      listen(port2, "two");
      port1.postMessage("last");
      port1.close();
      port1.close();
      run();
      return [log.map(String), port1.hasRef(), fails(() => port1.postMessage(1)), alive()];
    `),
    [["two,message,last,", "one closed", "two closed"], null, "returned undefined", false],
  );
});

test("a referenced port keeps the loop alive, an unreferenced one does not", () => {
  assert.deepEqual(
    run(`
      const start = alive();
      const { port1, port2 } = new m.MessageChannel();
      const both = alive();
      port1.unref(); port1.unref(); port2.unref();
      const none = alive();
      port1.ref();
      const one = [alive(), port1.hasRef(), port2.hasRef()];
      port1.close();
      const closing = alive();
      run();
      return [start, both, none, one, closing, alive()];
    `),
    [false, true, false, [true, true, false], true, false],
  );
});

test("receiveMessageOnPort takes one message, started or not", () => {
  assert.deepEqual(
    run(`
      const { port1, port2 } = new m.MessageChannel();
      port1.postMessage(1); port1.postMessage(2);
      const none = symbols.no_message_symbol;
      return [m.receiveMessageOnPort(port2), m.receiveMessageOnPort(port2), m.receiveMessageOnPort(port2) === none, fails(() => m.receiveMessageOnPort({}))];
    `),
    [1, 2, true, 'TypeError: The "port" argument must be a MessagePort instance'],
  );
});

test("broadcast channels of one name hear each other, not themselves", () => {
  assert.deepEqual(
    run(`
      const [a, b, c, other] = ["x", "x", "x", "y"].map((name) => m.broadcastChannel(name));
      [a, b, c, other].forEach((port, index) => listen(port, index));
      const sent = [a.postMessage("hi"), fails(() => a.postMessage(0, [new ArrayBuffer(1)])), other.postMessage("alone")];
      run();
      return [sent, log.map((entry) => entry[0])];
    `),
    [
      [true, "returned undefined", false],
      [1, 2],
    ],
  );
});

test("objects of the library travel by their own methods", () => {
  assert.deepEqual(
    run(`
      const mode = privateSymbols.transfer_mode_private_symbol;
      class Thing {
        constructor(value, bits = 2) { this.value = value; this[mode] = bits; }
        [symbols.messaging_clone_symbol]() { return { data: { value: this.value, nested: this.nested }, deserializeInfo: "things:Thing" }; }
        [symbols.messaging_transfer_symbol]() { this.taken = true; return { data: { value: this.value, port: this.port }, deserializeInfo: "things:Thing" }; }
        [symbols.messaging_transfer_list_symbol]() { return this.port ? [this.port] : []; }
        [symbols.messaging_deserialize_symbol](data) { Object.assign(this, data); }
      }
      m.setDeserializerCreateObjectFunction((info) => { log.push(info); return new Thing(); });
      const one = new Thing(1); one.nested = new Thing(2);
      const copy = m.structuredClone([one, one]);
      const two = new Thing(3, 1); two.port = new m.MessageChannel().port1;
      const moved = m.structuredClone(two, { transfer: [two] });
      const stubborn = new Thing(4, 1);
      return [copy[0] === copy[1], copy[0] instanceof Thing, copy[0].value, copy[0].nested.value, log, moved.value, moved.port instanceof m.MessagePort, two.taken,
        fails(() => m.structuredClone(stubborn)), fails(() => m.structuredClone(new Thing(5, 0)))];
    `),
    [
      true,
      true,
      1,
      2,
      ["things:Thing", "things:Thing", "things:Thing"],
      3,
      true,
      true,
      "DataCloneError: Object that needs transfer was found in message but not listed in transferList",
      "DataCloneError: Cannot clone object of unsupported type.",
    ],
  );
});

test("a library object that misbehaves leaves an exception, never more", () => {
  assert.deepEqual(
    run(`
      const mode = privateSymbols.transfer_mode_private_symbol;
      const make = (clone) => ({ [symbols.messaging_clone_symbol]: clone, [mode]: 2 });
      m.setDeserializerCreateObjectFunction((info) => { if (info === "throw") throw new Error("create"); return info === "number" ? 5 : {}; });
      return [
        make(() => { throw new Error("clone"); }), make(() => 1), make(5), make(() => ({ get data() { throw new Error("data"); } })),
        make(() => ({ data: () => {}, deserializeInfo: "x" })), make(() => ({ data: 1, deserializeInfo: "throw" })),
        make(() => ({ data: 1, deserializeInfo: "number" })), make(() => ({ data: 1, deserializeInfo: Symbol("s") })),
        make(function () { return { data: m.structuredClone([1]), deserializeInfo: "x" }; }),
      ].map((value) => fails(() => typeof m.structuredClone(value)));
    `),
    [
      "Error: clone",
      "DataCloneError: Cannot clone object of unsupported type.",
      "DataCloneError: Cannot clone object of unsupported type.",
      "Error: data",
      "DataCloneError: () => {} could not be cloned.",
      "Error: create",
      "DataCloneError: Object could not be deserialized.",
      "DataCloneError: Cannot clone object of unsupported type.",
      "returned object",
    ],
  );
});

test("getters that interfere with the transfer find nothing to break", () => {
  assert.deepEqual(
    run(`
      const buffer = new ArrayBuffer(64);
      const thief = { get a() { m.structuredClone(0, { transfer: [buffer] }); return 1; }, buffer };
      const { port1, port2 } = new m.MessageChannel();
      const fresh = new m.MessageChannel();
      const closer = { get a() { fresh.port1.close(); run(); return fresh.port2; } };
      const sender = { get a() { port1.postMessage("nested"); return 1; } };
      const list = { *[Symbol.iterator]() { yield new ArrayBuffer(1); port2.close(); throw new Error("stop"); } };
      const long = []; long.length = 2 ** 32 - 1;
      return [fails(() => m.structuredClone(thief, { transfer: [buffer] })), fails(() => port2.postMessage(sender)),
        fails(() => fresh.port1.postMessage(closer, [fresh.port2])), fails(() => port1.postMessage(0, list)), fails(() => port1.postMessage(0, long)),
        fails(() => m.structuredClone(0, { get transfer() { throw new Error("get"); } }))];
    `),
    [
      "DataCloneError: Cannot transfer object of unsupported type.",
      "returned true",
      "DataCloneError: Cannot clone object of unsupported type.",
      "Error: stop",
      "DataCloneError: Found invalid value in transferList.",
      "Error: get",
    ],
  );
});

test("a port posted into itself is lost, and says so", () => {
  assert.deepEqual(
    run(`
      const { port1, port2 } = new m.MessageChannel();
      engine.setSlot("process", { emitWarning: (text) => log.push(text) });
      const sent = port1.postMessage(0, [port2]);
      run();
      return [sent, log, alive()];
    `),
    [true, ["The target port was posted to itself, and the communication channel was lost"], false],
  );
});

test("ports that hold each other, and a long chain of them, are freed with the isolate", () => {
  assert.equal(
    run(`
      const a = new m.MessageChannel(), b = new m.MessageChannel();
      a.port1.postMessage(0, [b.port2]);
      b.port1.postMessage(0, [a.port2]);
      let next = new m.MessageChannel();
      for (let i = 0; i < 20000; i++) {
        const channel = new m.MessageChannel();
        channel.port1.postMessage(0, [next.port2]);
        channel.port1.unref();
        next = channel;
      }
      next.port1.close();
      next.port2.close();
      run();
      return "still here";
    `),
    "still here",
  );
});

test("the classes refuse other receivers and direct construction", () => {
  assert.deepEqual(
    run(`
      const { port1 } = new m.MessageChannel();
      const inherited = Object.getPrototypeOf(m.MessagePort.prototype);
      return [() => new m.MessagePort(), () => m.MessageChannel(), () => m.MessagePort.prototype.postMessage.call({}, 1),
        () => m.MessagePort.prototype.start.call(undefined), () => inherited.close.call(Object.create(port1)),
        () => Reflect.construct(m.MessagePort, [], Object), () => m.stopMessagePort({}), () => m.drainMessagePort(null),
        () => m.broadcastChannel({}), () => m.setDeserializerCreateObjectFunction(1), () => m.structuredClone()].map(fails);
    `),
    [
      "TypeError: Constructor cannot be called",
      "TypeError: Cannot call constructor without `new`",
      "TypeError: Illegal invocation",
      "TypeError: Illegal invocation",
      "TypeError: Illegal invocation",
      "TypeError: Constructor cannot be called",
      "returned undefined",
      "returned undefined",
      "TypeError: Bad arguments to internal function broadcastChannel",
      "TypeError: Bad arguments to internal function setDeserializerCreateObjectFunction",
      "TypeError: The value argument must be specified",
    ],
  );
});
