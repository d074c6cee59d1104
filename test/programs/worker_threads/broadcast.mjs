import { BroadcastChannel } from "node:worker_threads";

const [one, two, other] = [new BroadcastChannel("x"), new BroadcastChannel("x"), new BroadcastChannel("y")];
console.log(one, one.name);
other.onmessage = () => console.log("never");
const both = [];
const done = new Promise((resolve) => {
  two.onmessage = (event) => {
    both.push([event.type, event.data]);
    if (both.length === 2) resolve();
  };
});
one.postMessage({ n: 1 });
one.postMessage(new Map([[1, 2]]));
await done;
console.log(both);
for (const bad of [() => one.postMessage(() => {}), () => one.postMessage(), () => new BroadcastChannel()])
  try {
    bad();
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
one.close();
two.close();
other.close();
one.close();
try {
  one.postMessage(1);
} catch (error) {
  console.log(error.name, error.message);
}
console.log(one);
