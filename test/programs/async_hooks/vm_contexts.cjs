// Stores follow promises made in other contexts.
const { AsyncLocalStorage } = require("node:async_hooks");
const vm = require("node:vm");

const early = vm.createContext({ AsyncLocalStorage, console });
const script = `
  const storage = new AsyncLocalStorage();
  storage.run({ name }, async () => {
    console.log(storage.getStore().name);
    await 42;
    console.log(storage.getStore().name, "after await");
    await new Promise((resolve) => resolve());
    console.log(storage.getStore().name, "after a promise");
  });
`;
vm.runInContext(`const name = "early"; ${script}`, early);
setImmediate(() => {
  const late = vm.createContext({ AsyncLocalStorage, console });
  vm.runInContext(`const name = "late"; ${script}`, late);
});
