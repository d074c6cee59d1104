// Run by the engine's Node with --expose-internals: prints as JSON what the image takes over from the real Node.
"use strict";
const { internalBinding } = require("internal/test/binding");

const { execFileSync } = require("node:child_process");

const options = internalBinding("options");
const info = options.getCLIOptionsInfo();
const uv = internalBinding("uv");

const optionValues = { ...options.getCLIOptionsValues() };
for (const [flag, on] of [
  ["--expose-internals", false],
  ["--warnings", true],
]) {
  optionValues[flag] = on;
  optionValues[`--no-${flag.slice(2)}`] = !on;
}
optionValues["[has_eval_string]"] = false;

const numbers = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => typeof value === "number"));

/** Statuses of c-ares, ARES_SUCCESS to ARES_ENOSERVER. */
const DNS_ERRORS = 27;

const plain = (value) =>
  ["number", "string", "boolean"].includes(typeof value) ||
  (typeof value === "object" && value !== null && !ArrayBuffer.isView(value) && JSON.stringify(value) !== undefined);

function plainMembers(name) {
  const binding = internalBinding(name);
  return Object.fromEntries(Object.entries(binding).filter(([, value]) => typeof value !== "function" && plain(value)));
}

// Bindings whose world the system does not have yet: what they offer, so that the library loads over them.
const UNAVAILABLE = [
  "http2",
  "tls_wrap",
  "js_udp_wrap",
  "stream_pipe",
  "sqlite",
  "wasi",
  "profiler",
  "watchdog",
  "webstorage",
  "sea",
  "internal_only_v8",
];

function v8Options() {
  const text = execFileSync(process.execPath, ["--v8-options"], { encoding: "utf8" });
  return [...text.matchAll(/^ {2}--([\w-]+) \(/gm)].map(([, name]) => name);
}

function shapeOf(name) {
  let binding;
  try {
    binding = internalBinding(name);
  } catch {
    return undefined;
  }
  const shape = { values: {}, functions: [], classes: {}, arrays: {} };
  for (const key of Object.getOwnPropertyNames(binding)) {
    const value = binding[key];
    if (typeof value !== "function") {
      if (plain(value)) shape.values[key] = value;
      else if (ArrayBuffer.isView(value)) shape.arrays[key] = [value.constructor.name, value.length];
    } else if (/^[A-Z]/.test(key)) {
      const methods = new Set();
      for (let proto = value.prototype; proto && proto !== Object.prototype; proto = Object.getPrototypeOf(proto))
        for (const method of Object.getOwnPropertyNames(proto)) if (method !== "constructor") methods.add(method);
      shape.classes[key] = [...methods];
    } else {
      shape.functions.push(key);
    }
  }
  return shape;
}

const seed = {
  versions: process.versions,
  release: process.release,
  glibcVersion: process.report.getReport().header.glibcVersionCompiler,
  arch: process.arch,
  config: JSON.stringify(process.config),
  constants: internalBinding("constants"),
  uvConstants: numbers(uv),
  uvErrors: [...uv.getErrorMap()],
  optionValues,
  optionInfo: [...info.options],
  optionAliases: [...info.aliases],
  optionTypes: options.types,
  v8Options: v8Options(),
  optionEnvSettings: options.envSettings,
  embedderOptions: options.getEmbedderOptions(),
  envOptionsInputType: [...options.getEnvOptionsInputType()],
  bindingConstants: Object.fromEntries(
    ["config", "modules", "cares_wrap", "http_parser"].map((name) => [name, plainMembers(name)]),
  ),
  httpParserConstants: numbers(internalBinding("http_parser").HTTPParser),
  dnsErrors: Array.from({ length: DNS_ERRORS }, (_, status) => internalBinding("cares_wrap").strerror(status)),
  builtinCategories: internalBinding("builtins").builtinCategories,
  unavailable: Object.fromEntries(UNAVAILABLE.map((name) => [name, shapeOf(name)])),
};
process.stdout.write(JSON.stringify(seed));
