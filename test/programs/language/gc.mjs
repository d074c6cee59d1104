// run: {"nodeArgs": ["--expose-gc"]}
console.log(typeof gc, typeof globalThis.gc);
let registry;
const collected = new Promise((resolve) => {
  registry = new FinalizationRegistry(resolve);
  registry.register({ garbage: true }, "token");
});
let reference = new WeakRef({ x: 1 });
await new Promise((resolve) => setTimeout(resolve, 1));
gc();
await new Promise((resolve) => setTimeout(resolve, 1));
gc();
console.log(await collected, reference.deref(), registry.constructor.name);
