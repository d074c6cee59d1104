// A client whose connection is a stream of the program's own, over which a made-up server answers.
import http from "node:http";
import { Duplex } from "node:stream";

function connect(answer) {
  let sent = "";
  let answered = false;
  return new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      sent += chunk.toString("latin1");
      done();
      if (answered || !sent.includes("\r\n\r\n")) return;
      answered = true;
      for (const piece of answer(sent)) this.push(Buffer.from(piece, "latin1"));
      this.push(null);
    },
  });
}

function ask(title, answer, options = {}, body) {
  return new Promise((resolve) => {
    let request = "";
    const lines = [];
    const finish = () => {
      console.log(`--- ${title}\n${request.replaceAll("\r\n", "\n")}${lines.join("\n")}`);
      resolve();
    };
    const req = http.request({
      host: "example",
      path: "/",
      ...options,
      createConnection: () =>
        connect((sent) => {
          request = sent;
          return answer;
        }),
    });
    req.on("information", ({ statusCode, headers }) => lines.push(`information ${statusCode} ${JSON.stringify(headers)}`));
    req.on("continue", () => lines.push("continue"));
    req.on("upgrade", (res, socket, head) => {
      lines.push(`upgrade ${res.statusCode} ${head}`);
      socket.destroy();
    });
    req.on("connect", (res, socket, head) => {
      lines.push(`connect ${res.statusCode} ${head}`);
      socket.destroy();
    });
    req.on("error", (error) => lines.push(`error ${error.code} ${error.reason ?? error.message}`));
    req.on("close", finish);
    req.on("response", (res) => {
      lines.push(`${res.httpVersion} ${res.statusCode} ${res.statusMessage} ${JSON.stringify(res.rawHeaders)}`);
      const chunks = [];
      res.on("data", (chunk) => chunks.push(chunk));
      res.on("aborted", () => lines.push("aborted"));
      res.on("error", (error) => lines.push(`response error ${error.code}`));
      res.on("end", () => lines.push(`body ${Buffer.concat(chunks)} ${JSON.stringify(res.trailers)} ${res.complete}`));
    });
    req.end(body);
  });
}

await ask("length", ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\nhello"]);
await ask("pieces", [..."HTTP/1.1 201 Made it\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-End: 1\r\n\r\n"]);
await ask("until the end", ["HTTP/1.1 200 OK\r\n\r\n", "all that ", "comes"]);
await ask("head", ["HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"], { method: "HEAD" });
await ask("no content", ["HTTP/1.1 204 No Content\r\n\r\n"], { method: "DELETE" });
await ask("not modified", ["HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"]);
await ask("continue", ["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"], { method: "POST" }, "body");
await ask("early hints", ["HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]);
await ask("upgrade", ["HTTP/1.1 101 Switching Protocols\r\nUpgrade: own\r\nConnection: Upgrade\r\n\r\nnot http"], {
  headers: { Connection: "Upgrade", Upgrade: "own" },
});
await ask("connect", ["HTTP/1.1 200 Fine\r\n\r\ntunnel"], { method: "CONNECT", path: "host:1" });
await ask("not HTTP", ["nonsense\r\n\r\n"]);
await ask("cut off", ["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"]);
await ask("nothing", []);
await ask("too large a header", [`HTTP/1.1 200 OK\r\nX: ${"y".repeat(300)}\r\n\r\n`], { maxHeaderSize: 100 });
await ask("bad length", ["HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na"]);
await ask("insecure", ["HTTP/1.1 200 OK\r\nX: a\u0001b\r\nContent-Length: 0\r\n\r\n"], { insecureHTTPParser: true });
await ask("secure", ["HTTP/1.1 200 OK\r\nX: a\u0001b\r\nContent-Length: 0\r\n\r\n"]);
