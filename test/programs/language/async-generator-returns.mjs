// yield*, return and throw of async generators over iterators that misbehave, and in what order all of it happens.
import { Readable } from "node:stream";

const log = (...args) => console.log(...args);
const odd = (name, methods) => ({ [Symbol.asyncIterator]: () => ({ name, ...methods }), [Symbol.iterator]: undefined });
const outcomes = async (name, run) => {
  try {
    log(name, "gives", await run());
  } catch (error) {
    log(name, "throws", error?.message ?? error);
  }
};
const delegates = {
  plain: odd("plain", { next: () => ({ value: 1, done: false }) }),
  "no object": odd("no object", { next: () => 1 }),
  "return no object": odd("r", { next: () => ({ value: 1 }), return: () => 2 }),
  "return throws": odd("r", { next: () => ({ value: 1 }), return: () => { throw new Error("from return"); } }),
  "return not done": odd("r", { next: () => ({ value: 1 }), return: (value) => ({ value, done: false }) }),
  "return thenable": odd("r", { next: () => ({ value: 1 }), return: (value) => ({ then: (ok) => ok({ value, done: true }) }) }),
  "throw missing": odd("t", { next: () => ({ value: 1 }), throw: undefined, return: () => ({ done: true }) }),
  "then of the value": odd("v", { next: () => ({ value: { then: (ok) => ok("unwrapped") } }) }),
  "getter of done": odd("d", { next: () => ({ get done() { throw new Error("from done"); } }) }),
};
for (const [name, inner] of Object.entries(delegates)) {
  for (const end of ["return", "throw", "next"]) {
    const generator = (async function* () {
      try {
        return yield* inner;
      } finally {
        log(name, "finally");
      }
    })();
    await outcomes(`${name} first`, async () => JSON.stringify(await generator.next()));
    await outcomes(`${name} ${end}`, async () => JSON.stringify(await generator[end]({ then: (ok) => ok(end) })));
    await outcomes(`${name} after`, async () => JSON.stringify(await generator.next()));
  }
}

const thenable = { get then() { log("then was read"); return (ok) => ok("late"); } };
async function* returning() {
  try {
    yield 1;
    return thenable;
  } finally {
    yield "in finally";
  }
}
for await (const value of returning()) {
  log(value);
}
const generator = returning();
log(await generator.next(), await generator.return(thenable), await generator.return("again"), await generator.next());
const requests = returning();
log(await Promise.allSettled([requests.next(), requests.return(thenable), requests.throw(new Error("late")), requests.next()]));

const stream = Readable.from((async function* () {
  try {
    yield* (async function* () {
      yield "a";
      yield "b";
    })();
  } finally {
    log("source closed");
  }
})());
for await (const chunk of stream) {
  log(chunk);
  break;
}
await outcomes("a stream of a generator that throws in its return", async () => {
  const failing = Readable.from(odd("s", { next: async () => ({ value: "x", done: false }), return: async () => { throw new Error("closing"); } }));
  for await (const chunk of failing) return chunk;
});
