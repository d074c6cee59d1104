import { withRuntime } from "../support/with_runtime.ts";

const LIST = `
  const { createRequire } = require("node:module");
  const { internalBinding } = createRequire("/")("internal/test/binding");
  const names = new Set(process.moduleLoadList.map((item) => /^Internal Binding (\\w+)$/.exec(item)?.[1]).filter(Boolean));
  for (const name of ${JSON.stringify(
    `async_context_frame async_wrap blob block_list buffer builtins contextify crypto encoding_binding errors fs
    fs_dir fs_event_wrap heap_utils icu inspector internal_only_v8 js_stream messaging mksnapshot module_wrap modules options os
    performance permission pipe_wrap process_methods process_wrap report secure_exec serdes signal_wrap spawn_sync
    stream_wrap string_decoder symbols task_queue tcp_wrap timers trace_events tty_wrap types udp_wrap url util v8
    wasm_web_api worker zlib`.split(/\s+/),
  )}) names.add(name);
  const functions = (target) => target && Reflect.ownKeys(target).some((key) => typeof target[key] === "function");
  const found = [...names].filter((name) => { try { return functions(internalBinding(name)); } catch { return false; } });
  for (const name of ["buffer", "contextify", "crypto", "fs", "os", "util", "v8", "zlib", "process_wrap", "url"]) {
    try { if (functions(process.binding(name))) found.push("process." + name); } catch {}
  }
  console.log(JSON.stringify(found.sort()));
`;

/** The bindings of a guest that have functions; `process.<name>` is what process.binding(name) gives. */
export async function listBindings(): Promise<string[]> {
  return withRuntime({ files: { "/list.cjs": LIST } }, async (runtime) => {
    const { stdout, stderr } = await runtime.exec({ file: "/list.cjs" }, { execArgv: ["--expose-internals"] });
    if (stdout === "") throw new Error(stderr);
    return JSON.parse(stdout);
  });
}
