// A server whose connections are streams of the program's own.
import http from "node:http";
import { Duplex } from "node:stream";

/** A connection into which text is put, and what came out of it. */
function connection(server, pieces) {
  let out = "";
  const { promise, resolve } = Promise.withResolvers();
  const duplex = new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      out += chunk.toString("latin1");
      done();
    },
    final(done) {
      done();
      resolve(out);
    },
    destroy(error, done) {
      done(error);
      resolve(out);
    },
  });
  server.emit("connection", duplex);
  for (const piece of pieces) duplex.push(piece);
  return { duplex, ended: promise, text: () => out };
}

const server = http.createServer(async (request, response) => {
  let body = "";
  request.setEncoding("utf8");
  try {
    for await (const chunk of request) body += chunk;
  } catch (error) {
    console.log("reading", error.code, error.message);
  }
  response.sendDate = false;
  response.setHeader("X-Url", request.url);
  response.end(
    JSON.stringify({
      method: request.method,
      version: request.httpVersion,
      raw: request.rawHeaders,
      trailers: request.rawTrailers,
      body,
      complete: request.complete,
    }),
  );
});
server.on("clientError", (error, socket) => {
  console.log("clientError", error.code, error.reason, error.bytesParsed);
  socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
});
const show = async (title, pieces) => {
  const { ended } = connection(server, [...pieces, null]);
  console.log(`--- ${title}\n${(await ended).replaceAll("\r\n", "\n").replace(/^Date: .*\n/gm, "")}`);
};

await show("get", ["GET /path?a=1 HTTP/1.1\r\nHost: example\r\n\r\n"]);
await show("split everywhere", [..."POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX-Long:  two words \t\r\n\r\nhello"]);
await show("keep-alive, two requests", ["GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"]);
await show("chunked with trailers", [
  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nX-T: end\r\n\r\n",
]);
await show("HTTP/1.0", ["GET /old HTTP/1.0\r\n\r\n"]);
await show("many headers", [`GET /many HTTP/1.1\r\nHost: a\r\n${Array.from({ length: 70 }, (_, i) => `H${i}: v${i}\r\n`).join("")}\r\n`]);
await show("latin-1 and empty values", ["GET /\xe9 HTTP/1.1\r\nHost: a\r\nEmpty:\r\nName: \xfcber\r\n\r\n"].map((text) => Buffer.from(text, "latin1")));
await show("expect", ["POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok"]);
await show("no host", ["GET / HTTP/1.1\r\n\r\n"]);
await show("not HTTP", ["hello there\r\n\r\n"]);
await show("bad header", ["GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n"]);
await show("bad length", ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1x\r\n\r\n"]);
await show("both lengths", ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"]);
await show("bad chunk", ["POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"]);
await show("too large a header", [`GET / HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(20_000)}\r\n\r\n`]);
await show("too long an extension", [`POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;${"e".repeat(17_000)}\r\na\r\n0\r\n\r\n`]);
await show("cut off", ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"]);
await show("bare line feeds", ["GET / HTTP/1.1\nHost: a\n\n"]);
await show("nothing", []);
await show("an unknown method", ["BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n"]);
