// A client and a server over one pair of streams: bodies, keep-alive through an agent, streaming, aborting.
import http from "node:http";
import { duplexPair } from "node:stream";

const server = http.createServer((req, res) => {
  res.sendDate = false;
  if (req.url === "/echo") return req.pipe(res);
  if (req.url === "/stream") {
    for (let i = 0; i < 5; i++) res.write(`part ${i}\n`);
    res.addTrailers({ "X-Parts": "5" });
    return res.end();
  }
  if (req.url === "/slow") return void res.write("begun");
  if (req.url === "/throws") throw new Error("in the handler");
  res.writeHead(404, "Nope", { "Content-Type": "text/plain" });
  res.end(`${req.method} ${req.url}`);
});
server.on("upgrade", (req, socket, head) => {
  console.log("upgrade", req.headers.upgrade, String(head));
  socket.end("HTTP/1.1 101 Switching\r\nUpgrade: own\r\nConnection: Upgrade\r\n\r\nraw");
});
let connections = 0;
class PairAgent extends http.Agent {
  createConnection() {
    connections++;
    const [client, other] = duplexPair();
    for (const end of [client, other])
      Object.assign(end, { setTimeout: () => end, setNoDelay() {}, setKeepAlive() {}, ref() {}, unref() {} });
    server.emit("connection", other);
    return client;
  }
}
const agent = new PairAgent({ keepAlive: true, maxSockets: 1 });

function ask(path, { method = "GET", body, headers } = {}) {
  return new Promise((resolve) => {
    const req = http.request({ agent, host: "pair", path, method, headers }, (res) => {
      const chunks = [];
      res.on("data", (chunk) => chunks.push(chunk));
      res.on("end", () => {
        const text = Buffer.concat(chunks);
        console.log(path, res.statusCode, res.statusMessage, text.length, String(text.subarray(0, 40)), res.trailers);
        resolve(text);
      });
      res.on("error", (error) => resolve(console.log(path, error.code)));
    });
    req.on("error", (error) => resolve(console.log(path, error.code, error.message)));
    req.on("upgrade", (res, socket, head) => {
      console.log(path, res.statusCode, String(head));
      socket.destroy();
      resolve();
    });
    req.end(body);
  });
}

await ask("/missing");
await ask("/echo", { method: "POST", body: "hello" });
const large = await ask("/echo", { method: "PUT", body: Buffer.alloc(300_000, "x") });
console.log(large.equals(Buffer.alloc(300_000, "x")));
await ask("/stream");
console.log("connections", connections);
await ask("/up", { headers: { Connection: "Upgrade", Upgrade: "own" } });
const controller = new AbortController();
const slow = http.get({ agent, path: "/slow", signal: controller.signal }, (res) => {
  res.on("data", (chunk) => {
    console.log("slow", String(chunk));
    controller.abort();
  });
  res.on("error", (error) => console.log("slow response", error.code));
});
slow.on("error", (error) => console.log("slow", error.name));
await new Promise((resolve) => slow.on("close", resolve));
process.once("uncaughtException", (error) => {
  console.log("uncaught", error.message);
  agent.destroy();
});
http.get({ agent, path: "/throws" }).on("error", (error) => console.log("throws", error.code));
