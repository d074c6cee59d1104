// Modes, links, times, encodings and odd buffers; and a program that deletes what iterates arrays.
const fs = require("node:fs");
fs.writeFileSync("f", "0123456789");
const show = (n, f) => {
  try {
    console.log(n, f());
  } catch (e) {
    console.log(n, e.name, e.code, e.message);
  }
};
show("mode str", () => {
  fs.writeFileSync("m", "", { mode: "0600" });
  return (fs.statSync("m").mode & 0o777).toString(8);
});
show("open num flags", () => fs.openSync("f", fs.constants.O_RDWR | fs.constants.O_APPEND) > 0);
show("O_DIRECTORY", () => fs.openSync("f", fs.constants.O_DIRECTORY));
show("O_NOFOLLOW", () => {
  fs.symlinkSync("f", "l");
  return fs.openSync("l", fs.constants.O_NOFOLLOW);
});
show("umask", () => {
  const o = process.umask(0o77);
  fs.writeFileSync("u", "");
  fs.mkdirSync("ud");
  process.umask(o);
  return [(fs.statSync("u").mode & 0o777).toString(8), (fs.statSync("ud").mode & 0o777).toString(8)];
});
show("symlink types", () => {
  for (const t of ["dir", "file", "junction", null, undefined]) fs.symlinkSync("f", `s${t}`, t);
  return fs.readdirSync(".").filter((n) => n[0] === "s").length;
});
show("symlink bad", () => fs.symlinkSync("f", "sb", "wrong"));
show("truncate", () => {
  fs.truncateSync("f", 20);
  const n = fs.readFileSync("f").length;
  fs.truncateSync("f", 3);
  return [n, fs.readFileSync("f", "utf8")];
});
show("link count", () => {
  fs.linkSync("f", "f2");
  return fs.statSync("f").nlink;
});
show("stat ids", () => {
  const a = fs.statSync("f"),
    b = fs.statSync("f2");
  return a.ino === b.ino && a.dev === b.dev && fs.lstatSync("l").isSymbolicLink();
});
show("throwIfNoEntry", () => [
  fs.statSync("no", { throwIfNoEntry: false }),
  fs.lstatSync("f/x", { throwIfNoEntry: false }),
]);
show("appendFile fd", () => {
  const fd = fs.openSync("a", "a");
  fs.appendFileSync(fd, "1");
  fs.writeFileSync(fd, "2");
  fs.closeSync(fd);
  return fs.readFileSync("a", "latin1");
});
show("readFile fd", () => {
  const fd = fs.openSync("f");
  fs.readSync(fd, Buffer.alloc(1));
  const r = fs.readFileSync(fd, "utf8");
  fs.closeSync(fd);
  return r;
});
show("encodings", () =>
  ["utf8", "ucs2", "latin1", "base64", "hex", "ascii", "base64url"].map((e) => {
    fs.writeFileSync("e", Buffer.from([0xe9, 0x80, 0x41, 0x42]));
    return fs.readFileSync("e", e);
  }),
);
show("write enc", () =>
  ["utf8", "ucs2", "latin1", "hex", "base64"].map((e) => {
    fs.writeFileSync("e", "4142é", e);
    return fs.readFileSync("e", "hex");
  }),
);
show("writeSync str", () => {
  const fd = fs.openSync("e", "w");
  const r = [fs.writeSync(fd, "é", "latin1"), fs.writeSync(fd, "é"), fs.writeSync(fd, "6162", 0, "hex")];
  fs.closeSync(fd);
  return [r, fs.readFileSync("e", "hex")];
});
show("nul", () => fs.readFileSync("a\0b"));
show("empty", () => fs.readFileSync(""));
show("slash", () => fs.readFileSync("f/"));
show("rename self", () => fs.renameSync("f", "f"));
show("rename dir into self", () => {
  fs.mkdirSync("rd");
  fs.renameSync("rd", "rd/x");
});
show("rename over nonempty", () => {
  fs.mkdirSync("r1");
  fs.mkdirSync("r2/x", { recursive: true });
  fs.renameSync("r1", "r2");
});
show("rmdir root", () => fs.rmdirSync("/"));
show("unlink dot", () => fs.unlinkSync("."));
show("mkdir exists rec file", () => fs.mkdirSync("f", { recursive: true }));
show("mkdir trailing", () => fs.mkdirSync("tr/"));
show("chmod", () => {
  fs.chmodSync("f", "755");
  fs.fchmodSync(fs.openSync("f"), 0o640);
  return (fs.statSync("f").mode & 0o7777).toString(8);
});
show("sticky", () => {
  fs.chmodSync("f", 0o7777);
  return (fs.statSync("f").mode & 0o7777).toString(8);
});
show("utimes date", () => {
  fs.utimesSync("f", new Date(1e12), new Date(2e12 + 0.5));
  return [fs.statSync("f").atimeMs, fs.statSync("f").mtimeMs];
});
show("utimes neg", () => {
  fs.utimesSync("f", "-5", "10");
  return fs.statSync("f").mtimeMs;
});
show("lutimes", () => {
  fs.lutimesSync("l", 5, 6);
  return [fs.lstatSync("l").mtimeMs];
});
show("birthtime", () => fs.statSync("f").birthtimeMs > 0);
show("blocks", () => {
  fs.writeFileSync("bl", Buffer.alloc(5000));
  const s = fs.statSync("bl");
  return [s.size, s.blksize, s.blocks];
});
show("readv empty", () => fs.readvSync(fs.openSync("f"), []));
show("writev none", () => fs.writevSync(fs.openSync("f", "a"), []));
show("read 0", () => fs.readSync(fs.openSync("f"), Buffer.alloc(0)));
show("detached", () => {
  const b = new Uint8Array(4);
  structuredClone(b.buffer, { transfer: [b.buffer] });
  return fs.readSync(fs.openSync("f"), b);
});
show("sab", () => {
  const b = new Uint8Array(new SharedArrayBuffer(3));
  return [fs.readSync(fs.openSync("f"), b, 0, 3, 0), Buffer.from(b).toString()];
});
show("resizable", () => {
  const b = new Uint8Array(new ArrayBuffer(3, { maxByteLength: 10 }));
  return fs.readSync(fs.openSync("f"), b, 0, 3, 0);
});
show("fd reuse", () => {
  const a = fs.openSync("f");
  fs.closeSync(a);
  return fs.openSync("f") === a;
});
delete Array.prototype[Symbol.iterator];
delete String.prototype[Symbol.iterator];
fs.readFile("f", "utf8", (_e, d) => {
  fs.stat("f", (_e, s) => {
    fs.readdir(".", (e, n) => {
      process.stdout.write(`${e} ${n.length > 3} ${s.size} ${d}\n`);
    });
  });
});
