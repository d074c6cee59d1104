import assert from "node:assert/strict";
import { test } from "node:test";
import { battleground } from "../support/hostile.ts";

const { attack } = ((ground) => ({
  attack: (code: string) =>
    ground.attack(PRELUDE + code, { execArgv: ["--expose-internals", "--expose-gc", "--no-warnings"] }),
}))(battleground());

const PRELUDE = `
  const { internalBinding } = require("internal/test/binding");
  const { HTTPParser, ConnectionsList } = internalBinding("http_parser");
  const REQUEST = Buffer.from("POST /a HTTP/1.1\\r\\nA: 1\\r\\nContent-Length: 3\\r\\n\\r\\nabcGET /b HTTP/1.1\\r\\nB: 2\\r\\n\\r\\n");
  const make = (callbacks = {}, ...more) => {
    const parser = new HTTPParser();
    parser.initialize(HTTPParser.REQUEST, {}, ...more);
    for (const [name, callback] of Object.entries(callbacks)) parser[HTTPParser[name]] = callback;
    return parser;
  };
  const CALLBACKS = ["kOnMessageBegin", "kOnHeadersComplete", "kOnBody", "kOnMessageComplete"];
`;

async function survives(code: string, expected: string): Promise<void> {
  const { stdout, stderr, exitCode } = await attack(code);
  assert.equal(stderr, "");
  assert.deepEqual([stdout, exitCode], [expected, 0]);
}

test("a parser can't be used within its own callbacks", async () => {
  await survives(
    `
    const codes = new Set();
    for (const name of CALLBACKS)
      for (const use of [
        (parser) => parser.execute(REQUEST),
        (parser) => parser.finish(),
        (parser) => parser.initialize(HTTPParser.RESPONSE, {}),
      ]) {
        const parser = make({ [name]() { try { use(parser); } catch (error) { codes.add(error.code); } return 0; } });
        parser.execute(REQUEST);
      }
    console.log([...codes].join());
  `,
    "ERR_INVALID_STATE\n",
  );
});

test("callbacks may end the parser and take its input away", async () => {
  await survives(
    `
    for (const name of CALLBACKS)
      for (const harm of [
        (parser) => parser.close(),
        (parser) => { parser.free(); parser.remove(); },
        (parser) => parser.pause(),
        (parser, bytes) => bytes.length > 0 && structuredClone(bytes.buffer, { transfer: [bytes.buffer] }),
        (parser, bytes) => bytes.fill(0),
        () => gc(),
      ]) {
        const bytes = new Uint8Array(REQUEST);
        const parser = make({ [name]() { harm(parser, bytes); return 0; } });
        parser.execute(bytes);
        parser.execute(new Uint8Array(REQUEST));
      }
    const resizable = new ArrayBuffer(1 << 20, { maxByteLength: 1 << 21 });
    const view = new Uint8Array(resizable);
    view.set(REQUEST);
    make({ kOnHeadersComplete() { resizable.resize(0); return 0; } }).execute(view);
    const shared = new Uint8Array(new SharedArrayBuffer(REQUEST.length));
    shared.set(REQUEST);
    make({ kOnBody() { shared.fill(255); } }).execute(shared);
    console.log("done");
  `,
    "done\n",
  );
});

test("lists and parsers outlive each other", async () => {
  await survives(
    `
    let list = new ConnectionsList();
    const kept = make({}, 0, 0, list);
    for (let i = 0; i < 1000; i++) make({}, 0, 0, list);
    gc();
    console.log(list.all().every((parser) => parser instanceof HTTPParser));
    kept.initialize(HTTPParser.REQUEST, {}, 0, 0, new ConnectionsList());
    list = undefined;
    gc();
    kept.execute(REQUEST);
    kept.remove();
    console.log(new ConnectionsList().all().length);
  `,
    "true\n0\n",
  );
});

test("odd arguments are refused", async () => {
  await survives(
    `
    const codes = new Set();
    const values = [undefined, null, -1, 3, 1.5, NaN, Infinity, 2 ** 60, "1", {}, [], Symbol(), 1n, () => {}, new Proxy({}, {})];
    const refused = (use) => { try { use(); } catch (error) { codes.add(error.code ?? error.message); } };
    for (const value of values) {
      const parser = new HTTPParser();
      refused(() => parser.initialize(value, {}));
      refused(() => parser.initialize(1, value));
      refused(() => parser.initialize(1, {}, value));
      refused(() => parser.initialize(1, {}, 0, value));
      refused(() => parser.initialize(1, {}, 0, 0, value));
      refused(() => parser.execute(value));
      refused(() => parser.consume(value));
      refused(() => HTTPParser.prototype.execute.call(value, REQUEST));
      refused(() => ConnectionsList.prototype.all.call(value));
      refused(() => new ConnectionsList().expired(value, value));
    }
    refused(() => HTTPParser());
    refused(() => ConnectionsList());
    console.log([...codes].sort().join());
  `,
    "ERR_CONSTRUCT_CALL_REQUIRED,ERR_INVALID_ARG_TYPE,Illegal invocation\n",
  );
});

test("callbacks that are getters or throw leave by themselves", async () => {
  await survives(
    `
    for (const name of CALLBACKS) {
      const parser = make({ [name]() { throw new Error(name); } });
      try { parser.execute(REQUEST); } catch (error) { console.log(error.message); }
      const odd = make();
      Object.defineProperty(odd, HTTPParser[name], { get() { throw new Error("getter"); } });
      try { odd.execute(REQUEST); } catch (error) { console.log(error.message); }
    }
  `,
    "kOnMessageBegin\ngetter\nkOnHeadersComplete\ngetter\nkOnBody\ngetter\nkOnMessageComplete\ngetter\n",
  );
});

test("headers without end and parsers without number count as memory", async () => {
  for (const code of [
    `const parser = make({}, Number.MAX_SAFE_INTEGER); parser.execute(Buffer.from("GET / HTTP/1.1\\r\\nA: ")); const bytes = Buffer.alloc(1 << 20, "x"); for (;;) parser.execute(bytes);`,
    `const kept = []; for (;;) kept.push(make());`,
  ]) {
    const { exitCode } = await attack(code);
    assert.equal(exitCode, 137);
  }
});
