// run: {"stdin": "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloGET /b HTTP/1.1\r\nHost: h\r\nUpgrade: own\r\nConnection: Upgrade\r\n\r\nrest of it", "pipes": true}
// A connection whose handle the parser consumes: what it reads does not pass through JavaScript.
const http = require("node:http");
const net = require("node:net");

const server = http.createServer((request, response) => {
  console.log(request.method, request.url, request.rawHeaders.join());
  request.on("data", (chunk) => console.log("data", String(chunk)));
  request.on("end", () => {
    console.log("end");
    response.end("nobody reads this");
  });
});
server.on("upgrade", (request, socket, head) => {
  console.log("upgrade", request.url, String(head));
  socket.on("data", (chunk) => console.log("raw", String(chunk)));
  socket.on("end", () => console.log("raw end"));
});
server.on("clientError", (error) => console.log("clientError", error.code));
const socket = new net.Socket({ fd: 0, readable: true, writable: true });
socket.on("error", (error) => console.log("error", error.code, error.syscall));
server.emit("connection", socket);
console.log(socket._handle._consumed, socket.bytesRead);
process.on("exit", () => console.log("bytes", socket.bytesRead));
