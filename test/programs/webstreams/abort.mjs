const controller = new AbortController();
const log = [];
const source = new ReadableStream(
  { pull: (c) => void c.enqueue("x"), cancel: (reason) => void log.push(["cancel", reason.name]) },
  { highWaterMark: 0 },
);
let writes = 0;
const sink = new WritableStream({
  write: () => void (++writes === 3 && controller.abort()),
  abort: (reason) => void log.push(["abort", reason.name]),
});
await source
  .pipeTo(sink, { signal: controller.signal })
  .catch((error) => log.push(["rejected", error.name, error.code]));
console.log(log, writes);
const kept = new WritableStream();
await ReadableStream.from(["a"]).pipeTo(kept, { preventClose: true });
const writer = kept.getWriter();
console.log(writer.desiredSize);
await writer.abort("stop");
await writer.closed.catch((error) => console.log("closed", error));
await writer.write("x").catch((error) => console.log("write", error));
const errored = new WritableStream({ start: (c) => c.error(new RangeError("broken")) });
await errored.getWriter().ready.catch((error) => console.log(error.name, error.message));
