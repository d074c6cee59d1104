// run: {"nodeArgs": ["--no-warnings"]}
// File handles, streams, folders and watchers of fs and fs/promises, ended and failing in every way.
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import rl from "node:readline";
import { text } from "node:stream/consumers";

const p = fs.promises;
const show = async (n, f) => {
  try {
    console.log(n, await f());
  } catch (e) {
    console.log(n, e.name, e.code, e.message, e.syscall);
  }
};
await show("write", async () => {
  const h = await p.open("f", "w+");
  const r = [
    await h.write("hello"),
    await h.write(Buffer.from("xyz"), { position: 1 }),
    await h.writev([Buffer.from("a"), Buffer.from("bc")], 6),
    await h.writeFile("tail"),
    (await h.readFile("utf8")).length,
    (await h.stat()).size,
    await h.truncate(3),
    await h.read(Buffer.alloc(4), 0, 4, 0),
    await h.readv([new Uint8Array(2), new Uint8Array(2)], 0),
    await h.chmod(0o600),
    await h.utimes(1, 2),
    await h.sync(),
    await h.datasync(),
    await h.appendFile("app"),
    typeof h.fd,
    await h.close(),
    h.fd,
    await h.close(),
  ];
  return r;
});
await show("after close", async () => {
  const h = await p.open("f");
  await h.close();
  return h.read(Buffer.alloc(1));
});
await show("after close stat", async () => {
  const h = await p.open("f");
  await h.close();
  return h.stat();
});
await show("double", async () => {
  const h = await p.open("f");
  const a = h.close(),
    b = h.close();
  return [a === b, await a, await b];
});
await show("close event", async () => {
  const h = await p.open("f");
  h.on("close", () => console.log("closed"));
  await h.close();
});
await show("lines", async () => {
  await p.writeFile("l", "a\nb\r\nc");
  const h = await p.open("l");
  const r = [];
  for await (const l of h.readLines()) r.push(l);
  return [r, h.fd];
});
await show("web", async () => {
  const h = await p.open("l");
  const r = await text(h.readableWebStream());
  await h.close();
  return r;
});
await show("web type", async () => {
  const h = await p.open("l");
  const r = h.readableWebStream({ type: "bytes" });
  const rd = r.getReader({ mode: "byob" });
  const v = await rd.read(new Uint8Array(3));
  rd.releaseLock();
  await h.close();
  return v;
});
await show("web locked", async () => {
  const h = await p.open("l");
  h.readableWebStream();
  try {
    h.readableWebStream();
  } finally {
    await h.close();
  }
});
await show("rs", async () => {
  const h = await p.open("l");
  return text(h.createReadStream({ start: 1, end: 3 }));
});
await show("ws", async () => {
  const h = await p.open("w", "w");
  const s = h.createWriteStream();
  s.write("1");
  s.write("2");
  s.end("3");
  await once(s, "close");
  return [fs.readFileSync("w", "utf8"), h.fd, s.bytesWritten];
});
await show("rs opts", async () => [
  await text(fs.createReadStream("l", { start: 2 })),
  await text(fs.createReadStream("l", { end: 0, highWaterMark: 1 })),
  await text(fs.createReadStream("l", { encoding: "hex" })),
]);
await show("rs err", () => text(fs.createReadStream("nope")));
await show("rs dir", () => text(fs.createReadStream(".")));
await show("rs range", () => fs.createReadStream("l", { start: 5, end: 2 }));
await show("ws start", async () => {
  const s = fs.createWriteStream("l", { flags: "r+", start: 1 });
  s.end("ZZ");
  await once(s, "finish");
  return fs.readFileSync("l", "utf8");
});
await show("ws ex", async () => {
  const s = fs.createWriteStream("l", { flags: "wx" });
  await once(s, "open");
});
await show("ws flush", async () => {
  const s = fs.createWriteStream("fl", { flush: true, mode: 0o600 });
  s.end("x");
  await once(s, "close");
  return (fs.statSync("fl").mode & 0o777).toString(8);
});
await show("events", async () => {
  const ev = [];
  const s = fs.createReadStream("l");
  for (const e of ["open", "ready", "end", "close"]) s.on(e, () => ev.push(e));
  s.resume();
  await once(s, "close");
  return [ev, s.bytesRead, s.path, s.pending];
});
await show("opendir", async () => {
  fs.mkdirSync("d/e", { recursive: true });
  fs.writeFileSync("d/x", "");
  fs.symlinkSync("x", "d/l");
  const d = await p.opendir("d");
  const r = [];
  for await (const e of d) r.push(e.name + e.isFile() + e.isDirectory() + e.isSymbolicLink());
  return [r.sort(), d.path];
});
await show("opendir rec", async () => {
  fs.writeFileSync("d/e/y", "");
  const r = [];
  for await (const e of await p.opendir("d", { recursive: true, bufferSize: 1 }))
    r.push(path.join(e.parentPath, e.name));
  return r.sort();
});
await show("dir closed", async () => {
  const d = fs.opendirSync("d");
  d.closeSync();
  return d.readSync();
});
await show("dir close twice", async () => {
  const d = fs.opendirSync("d");
  await d.close();
  return d.close();
});
await show("dir sync", () => {
  const d = fs.opendirSync("d");
  const r = [];
  let e;
  while ((e = d.readSync())) r.push(e.name);
  d.closeSync();
  return r.sort();
});
await show("dir removed", async () => {
  fs.mkdirSync("gone");
  const d = fs.opendirSync("gone");
  fs.rmdirSync("gone");
  const e = d.readSync();
  d.closeSync();
  return e;
});
await show("readdir rec", async () =>
  (await p.readdir("d", { recursive: true, withFileTypes: true })).map((e) => path.join(e.parentPath, e.name)).sort(),
);
await show("rm", async () => {
  await p.rm("d", { recursive: true });
  return fs.existsSync("d");
});
await show("rm force", () => p.rm("nope", { force: true }));
await show("rm dir", async () => {
  fs.mkdirSync("dd");
  await p.rm("dd");
});
await show("mkdtemp", async () => (await p.mkdtemp("t-")).length);
await show("cp", async () => {
  fs.mkdirSync("c/a", { recursive: true });
  fs.writeFileSync("c/a/f", "1");
  fs.symlinkSync("a/f", "c/l");
  await p.cp("c", "c2", { recursive: true, filter: (s) => !s.endsWith("zz") });
  return [fs.readdirSync("c2", { recursive: true }).sort(), path.basename(fs.readlinkSync("c2/l"))];
});
await show("cp err", () => p.cp("c", "c3"));
await show("cp self", () => p.cp("c", "c/x", { recursive: true }));
await show("copyFile", async () => {
  await p.copyFile("l", "l2");
  return fs.readFileSync("l2", "utf8");
});
await show("access", () => p.access("nope", fs.constants.R_OK));
await show("readFile abort", () => p.readFile("l", { signal: AbortSignal.abort() }));
await show("writeFile iter", async () => {
  await p.writeFile(
    "it",
    (async function* () {
      yield "a";
      yield "b";
    })(),
  );
  return fs.readFileSync("it", "utf8");
});
await show("writeFile stream", async () => {
  await p.writeFile("it", fs.createReadStream("l"));
  return fs.readFileSync("it", "utf8");
});
await show("lchmod", () => p.lchmod("l", 0o600));
await show("statfs", async () => Object.keys(await p.statfs(".")));
await show("stat bigint", async () => {
  const s = await p.stat("l", { bigint: true });
  return [typeof s.size, typeof s.mtimeNs, s.size, s.isFile()];
});
await show("stats class", async () => {
  const s = await p.stat("l");
  return [s.constructor.name, Object.keys(s).join(), s.mtime instanceof Date];
});
await show("exists", () => new Promise((r) => fs.exists("l", r)));
await show("blob", async () => {
  const b = await fs.openAsBlob("l", { type: "x/y" });
  return [b.size, b.type, await b.text(), await b.slice(1, 3).text()];
});
await show("readline", async () => {
  const r = [];
  for await (const l of rl.createInterface({ input: fs.createReadStream("l") })) r.push(l);
  return r;
});
await show("async using", async () => {
  const h = await p.open("l");
  await h[Symbol.asyncDispose]();
  return h.fd;
});
await show("watch", async () => {
  const ac = new AbortController();
  const r = [];
  const w = p.watch(".", { signal: ac.signal });
  setImmediate(() => fs.writeFileSync("new", ""));
  for await (const e of w) {
    r.push(e.eventType, e.filename);
    break;
  }
  return r;
});
await show("watch abort", async () => {
  for await (const _e of p.watch(".", { signal: AbortSignal.abort() }));
});
await show("watch nope", async () => {
  for await (const _e of p.watch("nope"));
});
await show("watch file", async () => {
  const r = await new Promise((res) => {
    const w = fs.watch("l", { encoding: "buffer" }, (t, n) => {
      w.close();
      res([t, n]);
    });
    setImmediate(() => fs.appendFileSync("l", "x"));
  });
  return r;
});
await show("watch rec", async () => {
  fs.mkdirSync("wr/s", { recursive: true });
  return new Promise((res) => {
    const w = fs.watch("wr", { recursive: true }, (t, n) => {
      w.close();
      res([t, n]);
    });
    setImmediate(() => fs.writeFileSync("wr/s/f", "x"));
  });
});
await show("glob", async () => {
  const r = [];
  for await (const f of p.glob("c*/**")) r.push(f);
  return r.sort();
});
await show("vector big", () => {
  const fd = fs.openSync("v", "w");
  const n = fs.writevSync(
    fd,
    Array.from({ length: 2000 }, () => Buffer.from("ab")),
  );
  fs.closeSync(fd);
  return [n, fs.statSync("v").size];
});
await show("read partial", () => {
  const fd = fs.openSync("v");
  const b = Buffer.alloc(10);
  const r = [
    fs.readSync(fd, b, { offset: 2, length: 3 }),
    fs.readSync(fd, b),
    b.toString("latin1"),
    fs.readSync(fd, new DataView(new ArrayBuffer(3))),
  ];
  fs.closeSync(fd);
  return r;
});
await show("fd leak", () => fs.readdirSync("/proc/self/fd").length < 40);
