import { once } from "node:events";
import { inspect } from "node:util";
import {
  isMainThread,
  markAsUncloneable,
  markAsUntransferable,
  MessageChannel,
  MessagePort,
  parentPort,
  receiveMessageOnPort,
  resourceLimits,
  threadId,
  workerData,
} from "node:worker_threads";

const attempt = (name, fn) => {
  try {
    console.log(name, fn());
  } catch (error) {
    console.log(name, "throws", error.constructor.name, error.name, error.code, error.message);
  }
};

console.log(isMainThread, threadId, parentPort, workerData, resourceLimits);

// Errors.
attempt("new port", () => new MessagePort());
attempt("no new", () => MessageChannel());
attempt("no value", () => new MessageChannel().port1.postMessage());
attempt("bad list", () => new MessageChannel().port1.postMessage(1, 3));
attempt("bad option", () => new MessageChannel().port1.postMessage(1, { transfer: 3 }));
attempt("function", () => new MessageChannel().port1.postMessage(() => {}));
attempt("receive from nothing", () => receiveMessageOnPort({}));
attempt("source in list", () => {
  const { port1 } = new MessageChannel();
  port1.postMessage(1, [port1]);
});
attempt("not in list", () => {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(port2);
});
attempt("twice", () => {
  const { port1 } = new MessageChannel();
  port1.postMessage(0, [new MessageChannel().port1, port1, port1]);
});
attempt("closed", () => {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.postMessage(port2, [port2]);
});
attempt("untransferable buffer", () => {
  const buffer = new ArrayBuffer(2);
  markAsUntransferable(buffer);
  new MessageChannel().port1.postMessage(buffer, [buffer]);
});
attempt("uncloneable object", () => {
  const object = {};
  markAsUncloneable(object);
  new MessageChannel().port1.postMessage(object);
});

// Order of messages among the other queues of the loop.
{
  const { port1, port2 } = new MessageChannel();
  const log = [];
  const done = new Promise((resolve) => {
    port2.on("message", (value) => {
      log.push(value);
      process.nextTick(() => log.push(`tick after ${value}`));
      Promise.resolve().then(() => log.push(`microtask after ${value}`));
      if (value === 3) resolve();
    });
  });
  for (const value of [1, 2, 3]) port1.postMessage(value);
  log.push("posted");
  await done;
  await new Promise(setImmediate);
  console.log(log);
  port1.close();
  await once(port2, "close");
}

// Events in both styles; transfers.
{
  const { port1, port2 } = new MessageChannel();
  const inner = new MessageChannel();
  const bytes = new Uint8Array([1, 2, 3]);
  const event = new Promise((resolve) => {
    port2.onmessage = resolve;
  });
  inner.port1.postMessage("from before");
  port1.postMessage({ bytes, port: inner.port2 }, [bytes.buffer, inner.port2]);
  const { constructor, type, data, ports, target } = await event;
  console.log(constructor.name, type, data.bytes, ports.length, ports[0] === data.port, target === port2, bytes.length);
  console.log(receiveMessageOnPort(data.port), receiveMessageOnPort(data.port));
  port2.onmessage = null;
  port1.postMessage("waits");
  console.log(receiveMessageOnPort(port2), receiveMessageOnPort(port2));
  inner.port1.close();
  port1.close();
}

// A message that cannot be read.
{
  const { port1, port2 } = new MessageChannel();
  port2.once("messageerror", (error) => console.log("messageerror", error?.message));
  port2.once("message", (value) => console.log("message", value));
  port1.postMessage("fine");
  await once(port2, "message").catch(() => {});
  port1.close();
}

// Everything that can be cloned, on its way through a port.
{
  const { port1, port2 } = new MessageChannel();
  const value = {
    date: new Date(0),
    map: new Map([["k", new Set([1n])]]),
    error: Object.assign(new RangeError("bad", { cause: { why: 1 } }), { extra: true }),
    shared: new SharedArrayBuffer(2),
    dom: new DOMException("stop", "AbortError"),
    holes: [, 1],
    key: await crypto.subtle.importKey("raw", new Uint8Array(16), "AES-CBC", true, ["encrypt"]).catch(() => undefined),
  };
  delete value.key;
  value.self = value;
  port1.postMessage(value);
  const { message } = receiveMessageOnPort(port2);
  console.log(message.self === message, message.date, message.map, message.holes, message.dom instanceof DOMException);
  console.log(message.error.name, message.error.message, message.error.cause, message.error.extra, message.dom.name);
  new Uint8Array(message.shared)[0] = 7;
  console.log(new Uint8Array(value.shared));
  port1.close();
}

// State as seen from outside.
{
  const { port1, port2 } = new MessageChannel();
  const state = (port) => inspect(port, { depth: 0 }).split("\n").slice(0, 3);
  console.log(state(port1), port1.hasRef(), MessagePort.prototype.hasRef.call(port2));
  port1.on("message", () => {});
  console.log(state(port1), port1.hasRef());
  port1.unref();
  console.log(port1.hasRef(), Object.getOwnPropertyNames(MessagePort.prototype).sort());
  port1.close(() => console.log("close callback", state(port1)));
  console.log(port1.postMessage("nobody hears it"));
}
