import fs, { constants } from "node:fs/promises";
await fs.mkdir("dir/sub", { recursive: true });
await fs.writeFile("dir/a", ["it", "er", "able"]);
await fs.appendFile("dir/a", Buffer.from("+"));
console.log(
  await fs.readFile("dir/a", { encoding: "utf8" }),
  (await fs.stat("dir/a")).size,
  (await fs.readdir("dir")).sort(),
);
await fs.copyFile("dir/a", "dir/b", constants.COPYFILE_EXCL);
await fs.copyFile("dir/a", "dir/b", constants.COPYFILE_EXCL).catch((error) => console.log(error.code, error.message));
await fs.rename("dir/b", "dir/c");
await fs.access("dir/b").catch((error) => console.log(error.code, error.syscall, error.stack.split("\n")[0]));
await fs.symlink("a", "dir/l");
console.log(await fs.readlink("dir/l"), (await fs.lstat("dir/l")).isSymbolicLink());
await fs.truncate("dir/a", 2);
console.log(await fs.readFile("dir/a", "utf8"));
await fs.unlink("dir/c");
await fs.rmdir("dir").catch((error) => console.log(error.code));
await fs.rm("dir", { recursive: true });
console.log(await fs.readdir("."));
const controller = new AbortController();
controller.abort();
await fs.readFile("x", { signal: controller.signal }).catch((error) => console.log(error.name, error.code));
await fs.writeFile(
  "generated",
  (async function* () {
    yield "one,";
    yield "two";
  })(),
);
console.log(await fs.readFile("generated", "utf8"), constants.O_RDONLY, constants.S_IFMT);
console.log((await fs.statfs(".")).constructor.name, await fs.constants.R_OK);
