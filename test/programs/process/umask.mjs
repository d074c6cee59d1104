import fs from "node:fs";
const before = process.umask(0o027);
console.log(process.umask().toString(8), typeof before);
fs.writeFileSync("masked", "");
console.log((fs.statSync("masked").mode & 0o777).toString(8));
fs.mkdirSync("folder");
console.log((fs.statSync("folder").mode & 0o777).toString(8));
process.umask(0);
fs.writeFileSync("open", "", { mode: 0o777 });
console.log((fs.statSync("open").mode & 0o777).toString(8));
console.log(process.umask("22").toString(8), process.umask().toString(8));
try {
  process.umask("nope");
} catch (error) {
  console.log(error.code, error.message);
}
try {
  process.umask({});
} catch (error) {
  console.log(error.code);
}
