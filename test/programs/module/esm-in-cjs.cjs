console.log("before");
import("node:fs").then((fs) => console.log(typeof fs.readFileSync));
require("node:vm").runInThisContext("1 + 1");
console.log(
  typeof require("node:module").enableCompileCache,
  (() => {
    try {
      return new Function("return import('fs')")();
    } catch (error) {
      return error;
    }
  })() instanceof Promise,
);
