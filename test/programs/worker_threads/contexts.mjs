import vm from "node:vm";
import { MessageChannel, moveMessagePortToContext, receiveMessageOnPort } from "node:worker_threads";

const attempt = (name, fn) => {
  try {
    console.log(name, fn());
  } catch (error) {
    console.log(name, "throws", error.name, error.code, error.message);
  }
};

const context = vm.createContext({ log: (...args) => console.log("in context:", ...args) });
const { port1, port2 } = new MessageChannel();
const moved = moveMessagePortToContext(port2, context);
console.log(moved instanceof Object, Object.keys(moved), typeof moved.on, typeof moved.postMessage);
context.port = moved;
vm.runInContext(
  "port.onmessage = (event) => { log(event.data, event.data instanceof Object); port.postMessage('back'); };",
  context,
);
moved.start();
const answer = new Promise((resolve) => port1.once("message", resolve));
port1.postMessage({ a: 1 });
console.log(await answer);
moved.close();
port1.ref();
await new Promise((resolve) => port1.once("close", resolve));

attempt("no context", () => moveMessagePortToContext(new MessageChannel().port1, {}));
attempt("no port", () => moveMessagePortToContext({}, context));
attempt("closed", () => {
  const channel = new MessageChannel();
  channel.port1.close();
  return moveMessagePortToContext(channel.port1, context);
});
{
  const channel = new MessageChannel();
  const there = moveMessagePortToContext(channel.port1, context);
  channel.port2.postMessage({ b: 2 });
  const { message } = receiveMessageOnPort(there);
  console.log(message, message instanceof Object, vm.runInContext("Object", context) === message.constructor);
  there.close();
}
