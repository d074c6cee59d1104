const fs = require("node:fs");
fs.mkdirSync("folder/inner", { recursive: true });
fs.writeFileSync("file", "x");
const calls = {
  open: () => fs.openSync("missing"),
  read: () => fs.readFileSync("missing"),
  directory: () => fs.readFileSync("folder"),
  stat: () => fs.statSync("missing"),
  notdir: () => fs.statSync("file/x"),
  mkdir: () => fs.mkdirSync("folder"),
  mkdirDeep: () => fs.mkdirSync("a/b/c"),
  rmdir: () => fs.rmdirSync("folder"),
  rmdirFile: () => fs.rmdirSync("file"),
  unlink: () => fs.unlinkSync("missing"),
  rename: () => fs.renameSync("missing", "other"),
  renameOver: () => fs.renameSync("file", "folder"),
  link: () => fs.linkSync("missing", "l"),
  linkOver: () => fs.linkSync("file", "file"),
  symlink: () => fs.symlinkSync("x", "file"),
  readlink: () => fs.readlinkSync("file"),
  readdir: () => fs.readdirSync("missing"),
  readdirFile: () => fs.readdirSync("file"),
  exclusive: () => fs.openSync("file", "wx"),
  copy: () => fs.copyFileSync("missing", "x"),
  copyExcl: () => fs.copyFileSync("file", "file", fs.constants.COPYFILE_EXCL),
  access: () => fs.accessSync("missing"),
  chmod: () => fs.chmodSync("missing", 0o600),
  utimes: () => fs.utimesSync("missing", 1, 1),
  truncate: () => fs.truncateSync("missing"),
  closed: () => fs.closeSync(9999),
  readFd: () => fs.readSync(9999, Buffer.alloc(1)),
  fstat: () => fs.fstatSync(9999),
  realpath: () => fs.realpathSync("missing"),
  mkdtemp: () => fs.mkdtempSync("missing/x-"),
  opendir: () => fs.opendirSync("missing"),
  rm: () => fs.rmSync("missing"),
  rmFolder: () => fs.rmSync("folder"),
  cp: () => fs.cpSync("folder", "copy"),
  lstat: () => fs.lstatSync("missing"),
  write: () => fs.writeFileSync("folder", "x"),
  native: () => fs.realpathSync.native("missing"),
  moveInto: () => fs.renameSync("folder", "folder/inner/x"),
};
for (const [name, call] of Object.entries(calls)) {
  try {
    console.log(name, call());
  } catch (error) {
    console.log(
      name,
      error.name,
      error.code,
      error.errno,
      error.syscall,
      error.path === undefined ? "" : error.path.replace(process.cwd(), "."),
      error.dest?.replace(process.cwd(), "."),
      error.message.replaceAll(process.cwd(), "."),
    );
  }
}
console.log(
  fs.existsSync("missing"),
  fs.existsSync("file"),
  fs.statSync("missing", { throwIfNoEntry: false }),
  fs.existsSync(),
);
