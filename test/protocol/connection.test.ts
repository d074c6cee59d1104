import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Connection } from "../../src/protocol/connection.ts";
import { deferred } from "../../src/protocol/deferred.ts";
import { encodeFrame } from "../../src/protocol/frame.ts";
import { PROTOCOL_VERSION } from "../../src/protocol/messages.ts";
import { STREAM_WINDOW } from "../../src/protocol/stream.ts";
import { streamTransport } from "../../src/protocol/transport.ts";
import { connectionPair, socketPair } from "./pair.ts";

const HELLO = { type: "hello", protocol: PROTOCOL_VERSION };

test("requests are answered out of order, in both directions", async () => {
  const release: (() => void)[] = [];
  const onRequest = (method: string, params: any): unknown => {
    if (method === "wait") return new Promise<number>((resolve) => release.push(() => resolve(params)));
    release.shift()?.();
    return params * 2;
  };
  const [host, vm] = await connectionPair({ onRequest }, { onRequest });
  const order: number[] = [];
  const slow = host.request<number>("wait", 1).then((value) => order.push(value));
  order.push(await host.request<number>("double", 21));
  await slow;
  assert.deepEqual(order.sort(), [1, 42]);
  assert.equal(await vm.request("double", 4), 8);
  host.close();
});

test("an error keeps name, message, code and the details of a system error", async () => {
  const details = { code: "ENOENT", errno: -2, syscall: "open", path: "/x" };
  const [host] = await connectionPair(
    {},
    {
      onRequest(method) {
        if (method === "system") throw Object.assign(new Error("ENOENT: no such file"), details);
        if (method === "type") throw Object.assign(new TypeError("bad"), { code: "ERR_INVALID_ARG_TYPE" });
        return Promise.reject("a string");
      },
    },
  );
  await assert.rejects(host.request("system", {}), { name: "Error", message: "ENOENT: no such file", ...details });
  await assert.rejects(host.request("type", {}), { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
  await assert.rejects(host.request("other", {}), { name: "Error", message: "a string" });
  host.close();
});

test("a result that can't be encoded fails its request only", async () => {
  const [host] = await connectionPair({}, { onRequest: (method) => (method === "bad" ? Symbol("x") : "good") });
  await assert.rejects(host.request("bad", {}));
  assert.equal(await host.request("good", {}), "good");
  host.close();
});

test("a close rejects what is pending and reports an orderly end", async () => {
  let closed: unknown = "not yet";
  const [host, vm] = await connectionPair(
    { onClose: (error) => (closed = error) },
    { onRequest: () => new Promise(() => {}) },
  );
  const pending = host.request("never", {});
  vm.close();
  await assert.rejects(pending, { code: "ERR_CONNECTION_CLOSED" });
  assert.equal(closed, undefined);
  await assert.rejects(host.request("late", {}), { code: "ERR_CONNECTION_CLOSED" });
});

test("a stream delivers its bytes in order and never exceeds the credit", async () => {
  const received: Uint8Array[] = [];
  let outstanding = 0;
  let most = 0;
  const ended = deferred<void>();
  const [host, vm] = await connectionPair(
    {},
    {
      onRequest(_method, { stream }: { stream: number }) {
        const incoming = vm.acceptStream(stream);
        incoming.onData = (bytes) => {
          received.push(bytes);
          outstanding += bytes.byteLength;
          most = Math.max(most, outstanding);
          setImmediate(() => {
            outstanding -= bytes.byteLength;
            incoming.consumed(bytes.byteLength);
          });
        };
        incoming.onEnd = () => ended.resolve();
      },
    },
  );
  const data = Buffer.alloc(3_000_000, "0123456789abcdef!");
  const stream = host.openStream();
  await host.request("take", { stream: stream.id });
  await stream.write(data);
  stream.end();
  await ended.promise;
  assert.ok(Buffer.concat(received).equals(data));
  assert.ok(most <= STREAM_WINDOW, `${most} bytes were under way`);
  host.close();
});

test("a receiver that does not consume stops the sender", async () => {
  let bytes = 0;
  const [host, vm] = await connectionPair(
    {},
    {
      onRequest(method, params) {
        if (method === "bytes") return bytes;
        vm.acceptStream(params.stream).onData = (chunk) => {
          bytes += chunk.byteLength;
        };
      },
    },
  );
  const stream = host.openStream();
  await host.request("take", { stream: stream.id });
  const writing = stream.write(new Uint8Array(STREAM_WINDOW * 3));
  assert.equal(await host.request("bytes", {}), STREAM_WINDOW);
  assert.equal(stream.capacity, 0);
  host.close();
  await writing;
  assert.ok(stream.cancelled);
});

test("cancelling ends the sender's writes", async () => {
  const [host, vm] = await connectionPair(
    {},
    {
      onRequest(_method, { stream }) {
        const incoming = vm.acceptStream(stream);
        incoming.onData = () => incoming.cancel();
      },
    },
  );
  const stream = host.openStream();
  await host.request("take", { stream: stream.id });
  await stream.write(new Uint8Array(STREAM_WINDOW * 3));
  assert.ok(stream.cancelled);
  host.close();
});

test("payloads of every size arrive whole", async () => {
  const [host, vm] = await connectionPair(
    {},
    {
      async onRequest(method, { payload, size }) {
        if (method === "back") return vm.sendPayload(new Uint8Array(size));
        return (await vm.receivePayload(payload, 1e7)).byteLength;
      },
    },
  );
  for (const size of [0, 1, 65_536, 65_537, 5_000_000]) {
    assert.equal(await host.request("size", { payload: host.sendPayload(new Uint8Array(size)) }), size);
  }
  const back = (size: number) =>
    host.request<Uint8Array>("back", { size }, (payload) => host.receivePayload(payload, 1e7));
  for (const size of [0, 65_537, 5_000_000]) assert.equal((await back(size)).byteLength, size);
  await assert.rejects(host.request("size", { payload: host.sendPayload(new Uint8Array(1e7 + 1)) }), {
    code: "ERR_OUT_OF_RANGE",
  });
  host.close();
});

const response = (error: object) => ({ type: "response", id: 1, error: { name: "Error", message: "bad", ...error } });

const VIOLATIONS: [string, Uint8Array[]][] = [
  ["garbage", [Buffer.from("GET / HTTP/1.1\r\n\r\n")]],
  ["no hello", [encodeFrame({ type: "event", name: "x", params: {} })]],
  ["another version", [encodeFrame({ type: "hello", protocol: PROTOCOL_VERSION + 1 })]],
  ["two hellos", [encodeFrame(HELLO), encodeFrame(HELLO)]],
  ["no message", [encodeFrame(HELLO), encodeFrame({ type: "constructor" })]],
  ["a message without its fields", [encodeFrame(HELLO), encodeFrame({ type: "data", stream: 1 })]],
  ["a response to nothing", [encodeFrame(HELLO), encodeFrame({ type: "response", id: 99, result: 1 })]],
  ["a response without a result", [encodeFrame(HELLO), encodeFrame({ type: "response", id: 1 })]],
  ["a response with two outcomes", [encodeFrame(HELLO), encodeFrame({ ...response({}), result: 1 })]],
  ["an error without a message", [encodeFrame(HELLO), encodeFrame(response({ message: undefined }))]],
  ["an error whose name is a number", [encodeFrame(HELLO), encodeFrame(response({ name: 5 }))]],
  ["an error whose message is an array", [encodeFrame(HELLO), encodeFrame(response({ message: [["x"]] }))]],
  ["an error whose code is a number", [encodeFrame(HELLO), encodeFrame(response({ code: 25 }))]],
  ["an error whose errno is a text", [encodeFrame(HELLO), encodeFrame(response({ errno: "-2" }))]],
  ["an error that is a text", [encodeFrame(HELLO), encodeFrame({ type: "response", id: 1, error: "bad" })]],
  ["a negative id", [encodeFrame(HELLO), encodeFrame({ type: "response", id: -1, result: 1 })]],
  ["a stream that ends with a number", [encodeFrame(HELLO), encodeFrame({ type: "end", stream: 1, error: 5 })]],
];

for (const [what, frames] of VIOLATIONS) {
  test(`${what} closes the connection with a ProtocolError`, async () => {
    const [socket, other] = await socketPair();
    const closed = deferred<Error | undefined>();
    const connection = new Connection(streamTransport(socket, socket), { side: "host", onClose: closed.resolve });
    const pending = connection.request("x", {});
    for (const frame of frames) other.write(frame);
    await assert.rejects(pending, { code: "ERR_CONNECTION_CLOSED" });
    assert.equal((await closed.promise)?.name, "ProtocolError");
    other.destroy();
  });
}

test("a sender beyond its credit closes the connection with a ProtocolError", async () => {
  const [socket, other] = await socketPair();
  const closed = deferred<Error | undefined>();
  const connection = new Connection(streamTransport(socket, socket), { side: "host", onClose: closed.resolve });
  connection.acceptStream(1);
  other.write(encodeFrame(HELLO));
  other.write(encodeFrame({ type: "data", stream: 1, bytes: new Uint8Array(STREAM_WINDOW + 1) }));
  assert.match((await closed.promise)?.message ?? "", /credit/);
  other.destroy();
});

test("more credit than was used closes the connection with a ProtocolError", async () => {
  for (const bytes of [1, Number.MAX_SAFE_INTEGER]) {
    const [socket, other] = await socketPair();
    const closed = deferred<Error | undefined>();
    const connection = new Connection(streamTransport(socket, socket), { side: "host", onClose: closed.resolve });
    const stream = connection.openStream();
    const writing = stream.write(new Uint8Array(STREAM_WINDOW * 2));
    other.write(encodeFrame(HELLO));
    other.write(encodeFrame({ type: "credit", stream: stream.id, bytes: STREAM_WINDOW }));
    other.write(encodeFrame({ type: "credit", stream: stream.id, bytes }));
    assert.match((await closed.promise)?.message ?? "", /credit/);
    await writing;
    other.destroy();
  }
});

test("an answer that its receiver refuses rejects the request and closes the connection", async () => {
  const refusals: ((connection: Connection) => unknown)[] = [
    (connection) => connection.acceptStream(2),
    async (connection) => connection.acceptStream(2),
  ];
  for (const refuse of refusals) {
    const closed = deferred<Error | undefined>();
    const [host] = await connectionPair({ onClose: closed.resolve }, { onRequest: () => 2 });
    await assert.rejects(host.request("x", {}, () => refuse(host)));
    assert.equal((await closed.promise)?.name, "ProtocolError");
  }
});

test("what an error carries beyond what travels is left behind", async () => {
  const odd = Object.assign(new Error("odd"), { code: 25, errno: "x", path: {} });
  const [host] = await connectionPair({}, { onRequest: () => Promise.reject(odd) });
  await assert.rejects(host.request("x", {}), { name: "Error", message: "odd" });
  host.close();
});

test("a frame that is cut off by the end is reported", async () => {
  const [socket, other] = await socketPair();
  const closed = deferred<Error | undefined>();
  new Connection(streamTransport(socket, socket), { side: "host", onClose: closed.resolve });
  other.end(encodeFrame(HELLO).subarray(0, 6));
  assert.match((await closed.promise)?.message ?? "", /cut off/);
});

test("data for a stream that is gone is ignored", async () => {
  const [socket, other] = await socketPair();
  const connection = new Connection(streamTransport(socket, socket), { side: "host", onClose() {} });
  other.write(encodeFrame(HELLO));
  other.write(encodeFrame({ type: "data", stream: 7, bytes: new Uint8Array(1) }));
  other.write(encodeFrame({ type: "end", stream: 7 }));
  other.write(encodeFrame({ type: "credit", stream: 8, bytes: 1 }));
  other.write(encodeFrame({ type: "cancel", stream: 8 }));
  const pending = connection.request("still", {});
  other.write(encodeFrame({ type: "response", id: 1, result: "open" }));
  assert.equal(await pending, "open");
  connection.close();
  await once(other.resume(), "close");
});
