const list = "Object.getOwnPropertyNames(Intl).sort().join()";
console.log(eval(list));
console.log(require("node:vm").runInNewContext(list));
