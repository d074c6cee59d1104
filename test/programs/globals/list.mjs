console.log(
  Object.getOwnPropertyNames(globalThis)
    .filter((name) => !/^(?:log|kept)$/.test(name))
    .sort()
    .join(" "),
);
console.log(Object.keys(globalThis).join(" "));
for (const name of [
  "process",
  "Buffer",
  "global",
  "fetch",
  "crypto",
  "navigator",
  "console",
  "performance",
  "URL",
  "structuredClone",
  "Event",
  "WebSocket",
  "CustomEvent",
  "localStorage",
]) {
  const { enumerable, configurable, writable, get } = Object.getOwnPropertyDescriptor(globalThis, name) ?? {};
  console.log(name, enumerable, configurable, writable, typeof get);
}
console.log(
  Object.prototype.toString.call(globalThis),
  globalThis.global === globalThis,
  typeof navigator.userAgent,
  navigator.language,
  navigator.hardwareConcurrency > 0,
  navigator.platform,
);
