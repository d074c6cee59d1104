import { MessageChannel, receiveMessageOnPort, MessagePort } from "node:worker_threads";
const { port1, port2 } = new MessageChannel();
const log = [];
port2.on("message", (message) => log.push(message));
port2.on("close", () => console.log("closed", log));
port1.postMessage({ a: 1, m: new Map([[1, 2]]) });
port1.postMessage("two");
process.nextTick(() => log.push("tick"));
Promise.resolve().then(() => log.push("microtask"));
setImmediate(() => {
  log.push("immediate");
  port1.close();
});
const second = new MessageChannel();
second.port1.postMessage("sync receive");
console.log(
  receiveMessageOnPort(second.port2),
  receiveMessageOnPort(second.port2),
  second.port1 instanceof MessagePort,
  second.port1 instanceof EventTarget,
);
for (const fail of [
  () => second.port1.postMessage(() => {}),
  () => second.port1.postMessage(),
  () => second.port1.postMessage(1, [second.port1]),
  () => receiveMessageOnPort({}),
  () => new MessagePort(),
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
second.port2.onmessage = (event) => {
  console.log(event.data, event.type, event.target === second.port2, event.ports);
  second.port1.close();
};
const third = new MessageChannel();
second.port1.postMessage({ port: 1, bytes: new Uint8Array([1, 2]) });
third.port1.close(() => console.log("close callback"));
