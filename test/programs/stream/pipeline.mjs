import { pipeline, finished, Readable, Writable, Transform, PassThrough, compose } from "node:stream";
import * as promises from "node:stream/promises";
const collect = () => {
  const chunks = [];
  return Object.assign(new Writable({ write: (chunk, _, done) => (chunks.push(chunk.toString()), done()) }), {
    chunks,
  });
};
const sink = collect();
await promises.pipeline(
  Readable.from(["a", "b", "c"]),
  async function* (source) {
    for await (const chunk of source) yield `<${chunk}>`;
  },
  sink,
);
console.log(sink.chunks);
pipeline(
  Readable.from(["x"]),
  new Transform({ transform: (_c, _e, done) => done(new Error("middle fails")) }),
  collect(),
  (error) => console.log("callback", error.message),
);
await promises.finished(sink).then(() => console.log("finished already"));
const controller = new AbortController();
const endless = new Readable({ read() {} });
setImmediate(() => controller.abort());
await promises
  .pipeline(endless, new PassThrough(), { signal: controller.signal })
  .catch((error) => console.log(error.name, error.code, endless.destroyed));
const premature = new PassThrough();
finished(premature, (error) => console.log(error.code));
premature.destroy();
const result = await promises.pipeline(Readable.from([1, 2, 3]), async (source) => {
  let sum = 0;
  for await (const n of source) sum += n;
  return sum;
});
console.log(result);
const composed = compose(async function* (source) {
  for await (const chunk of source) yield String(chunk).repeat(2);
}, new PassThrough());
composed.end("ha");
for await (const chunk of composed) console.log(chunk.toString());
