// run: {"nodeArgs": ["--expose-internals", "--no-warnings"]}
// The parser itself, as Node's library uses it.
const { internalBinding } = require("internal/test/binding");
const { HTTPParser, ConnectionsList, methods, allMethods } = internalBinding("http_parser");
console.log(methods.length, allMethods.length, HTTPParser.name, ConnectionsList.name);
console.log(Object.entries(HTTPParser).join(" "));
const names = ({ prototype }) => Object.getOwnPropertyNames(prototype).sort().join();
console.log(names(HTTPParser), names(ConnectionsList), Object.keys(new HTTPParser()).join());
function make(type, ...more) {
  const parser = new HTTPParser();
  parser.initialize(type, {}, ...more);
  const log = (name) => (...args) => console.log(name, JSON.stringify(args));
  parser[HTTPParser.kOnMessageBegin] = log("begin");
  parser[HTTPParser.kOnHeaders] = log("headers");
  parser[HTTPParser.kOnHeadersComplete] = (...args) => {
    log("headers complete")(...args);
    return 0;
  };
  parser[HTTPParser.kOnBody] = (bytes) => console.log("body", Buffer.isBuffer(bytes), String(bytes));
  parser[HTTPParser.kOnMessageComplete] = log("complete");
  return parser;
}
const feed = (parser, text) => {
  const result = parser.execute(Buffer.from(text));
  console.log(result instanceof Error ? [result.message, result.code, result.reason, result.bytesParsed] : result);
};
const request = make(HTTPParser.REQUEST);
feed(request, "POST /a HTTP/1.1\r\nA: 1\r\nContent-Length: 3\r\n\r\nab");
feed(request, "cGET /b HTTP/1.1\r\n\r\n");
feed(request, "");
console.log(request.finish());
feed(make(HTTPParser.RESPONSE), "HTTP/1.1 200 Fine then\r\nContent-Length: 1\r\n\r\nxHTTP/1.0 500 \r\n\r\nrest");
feed(make(HTTPParser.REQUEST), "CONNECT host:80 HTTP/1.1\r\n\r\ntunnelled");
feed(make(HTTPParser.REQUEST), "GET / HTTP/1.1\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nafter");
feed(make(HTTPParser.REQUEST), "nonsense");
feed(make(HTTPParser.REQUEST, 30), `GET / HTTP/1.1\r\n${"X".repeat(40)}: 1\r\n\r\n`);
feed(make(HTTPParser.REQUEST, 0, HTTPParser.kLenientAll), "GET / HTTP/1.1\r\nX: a\u0001\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
const cut = make(HTTPParser.REQUEST);
feed(cut, "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na");
console.log(cut.finish().code);
const throwing = make(HTTPParser.REQUEST);
throwing[HTTPParser.kOnHeadersComplete] = () => {
  throw new Error("from the callback");
};
try {
  feed(throwing, "GET / HTTP/1.1\r\n\r\n");
} catch (error) {
  console.log("thrown", error.message);
}
for (const answer of [1, 2, 3, "1", undefined, -1, 21]) {
  const parser = make(HTTPParser.RESPONSE);
  parser[HTTPParser.kOnHeadersComplete] = () => answer;
  console.log("answer", answer);
  feed(parser, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab");
}
const paused = make(HTTPParser.REQUEST);
paused.pause();
console.log(paused.execute(Buffer.from("GET / HTTP/1.1\r\n\r\n")).reason);
paused.resume();
feed(paused, "GET / HTTP/1.1\r\n\r\n");
const list = new ConnectionsList();
const counts = () => console.log(list.all().length, list.idle().length, list.active().length, list.expired(1e6, 1e6).length);
counts();
const listed = make(HTTPParser.REQUEST, 0, 0, list);
counts();
feed(listed, "GET / HTTP/1.1\r\n");
counts();
feed(listed, "\r\n");
counts();
console.log(list.all()[0] === listed, list.expired(0, 0));
listed.remove();
counts();
