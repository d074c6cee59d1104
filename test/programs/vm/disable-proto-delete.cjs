// run: {"nodeArgs": ["--disable-proto=delete"]}
const vm = require("node:vm");
const attempt = (fn) => {
  try {
    return fn();
  } catch (error) {
    return `${error.name} ${error.code} ${error.message}`;
  }
};
const show = () => "x".__proto__;
console.log(attempt(show));
console.log(vm.runInNewContext(`(${attempt})(${show})`));
console.log(Object.getOwnPropertyDescriptor(Object.prototype, "__proto__"));
