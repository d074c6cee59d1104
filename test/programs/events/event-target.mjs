const target = new EventTarget();
const log = [];
const handler = { handleEvent: (event) => log.push(["object", event.type]) };
target.addEventListener("a", handler);
target.addEventListener("a", handler);
target.addEventListener("a", (event) => (log.push(["once", event.cancelable]), event.preventDefault()), { once: true });
target.addEventListener("a", (event) => (log.push("stop"), event.stopImmediatePropagation()));
target.addEventListener("a", () => log.push("not reached"));
const event = new Event("a", { cancelable: true });
console.log(target.dispatchEvent(event), event.defaultPrevented, target.dispatchEvent(new Event("a")), log);
const controller = new AbortController();
target.addEventListener("b", () => console.log("b"), { signal: controller.signal });
target.dispatchEvent(new Event("b"));
controller.abort();
target.dispatchEvent(new Event("b"));
const custom = new CustomEvent("c", { detail: { x: 1 }, bubbles: true });
console.log(
  custom.detail,
  custom.bubbles,
  custom.composed,
  custom.eventPhase,
  custom.target,
  custom.composedPath(),
  Object.prototype.toString.call(custom),
);
for (const fail of [
  () => target.dispatchEvent({}),
  () => new Event(),
  () => target.addEventListener("x", "text"),
  () => target.dispatchEvent(event) && 0,
  () => EventTarget.prototype.dispatchEvent.call({}, event),
]) {
  try {
    console.log(fail());
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
process.on("uncaughtException", (error) => console.log("uncaught", error.message));
target.addEventListener("d", () => {
  throw new Error("listener throws");
});
console.log(target.dispatchEvent(new Event("d")));
