const controller = new AbortController();
const { signal } = controller;
signal.addEventListener("abort", (event) => console.log(event.type, event.isTrusted, signal.reason.name));
signal.onabort = () => console.log("onabort");
console.log(signal.aborted, signal.reason);
controller.abort();
controller.abort("ignored");
console.log(signal.aborted, signal.reason.message, signal.reason.code);
try {
  signal.throwIfAborted();
} catch (error) {
  console.log(error.name, error instanceof DOMException);
}
const own = new AbortController();
own.abort({ reason: "own" });
console.log(own.signal.reason, AbortSignal.abort(5).reason);
const source = new AbortController();
const any = AbortSignal.any([source.signal, new AbortController().signal]);
any.addEventListener("abort", () => console.log("any", any.reason));
source.abort("first");
console.log(AbortSignal.any([AbortSignal.abort("already")]).reason, AbortSignal.any([]).aborted);
for (const fail of [
  () => new AbortSignal(),
  () => AbortSignal.timeout(-1),
  () => AbortSignal.any([{}]),
  () => AbortController(),
]) {
  try {
    fail();
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
