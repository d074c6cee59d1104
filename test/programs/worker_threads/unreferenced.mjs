// Neither port keeps the process: it ends before the messages have gone to and fro for ever.
import { MessageChannel } from "node:worker_threads";

const { port1, port2 } = new MessageChannel();
port1.on("message", (value) => port1.postMessage(value + 1)).unref();
port2.on("message", (value) => port2.postMessage(value + 1)).unref();
port1.postMessage(0);
process.on("exit", (code) => console.log("exit", code));
