import { EventEmitterAsyncResource } from "node:events";
console.log(new EventTarget());
console.log(new Event("type").type, String(new Event("x")));
const event = new Event("shown", { bubbles: true });
Object.defineProperty(event, "timeStamp", { value: 0 });
console.log(Object.keys(event), event.isTrusted, event.returnValue, event.cancelBubble, event.srcElement);
class Custom extends EventTarget {}
console.log(new Custom());
const resource = new EventEmitterAsyncResource({ name: "Q" });
console.log(typeof resource.asyncId, resource.asyncResource.constructor.name, resource.emit("x"));
console.log(new AbortController(), AbortSignal.abort("why"));
