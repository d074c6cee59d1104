import { win32 } from "node:path";
for (const p of ["C:\\a\\b.txt", "C:a", "\\\\server\\share\\x", "/a/b", "C:\\..\\x", "a\\..\\..\\b", "COM1", "C:"])
  console.log(p, win32.normalize(p), win32.dirname(p), win32.basename(p), win32.isAbsolute(p), win32.parse(p).root);
console.log(
  win32.join("C:\\a", "..", "b"),
  win32.relative("C:\\a\\b", "C:\\a\\c"),
  win32.relative("C:\\a", "D:\\b"),
  win32.toNamespacedPath("C:\\x"),
  win32.resolve("C:\\a", "..\\b"),
  win32.sep + win32.delimiter,
);
