/**
 * `internalBinding(name)`: our implementation of the waist between Node's library and the system. A binding comes from
 * the engine (C++), from here, or from both.
 */
import { adoptAsyncWrapBinding } from "../async_resource.ts";
import { engine } from "../native.ts";
import { seed } from "../seed.ts";
import { extendMessaging } from "../transferable.ts";
import { extendBlob } from "./blob.ts";
import { createBlockList } from "./block_list.ts";
import { createCaresWrap } from "./cares_wrap.ts";
import { createConstants } from "./constants.ts";
import { createCredentials } from "./credentials.ts";
import { createFs } from "./fs/binding.ts";
import { createFsDir } from "./fs/dir.ts";
import { createFsEventWrap } from "./fs/event_wrap.ts";
import { extendHttpParser } from "./http_parser.ts";
import { createInspector } from "./inspector.ts";
import { createJsStream } from "./js_stream.ts";
import { createModules } from "./modules.ts";
import { createOptions } from "./options.ts";
import { createOs } from "./os.ts";
import { extendPerformance } from "./performance.ts";
import { createPermission } from "./permission.ts";
import { createPipeWrap } from "./pipe_wrap.ts";
import { createProcessMethods } from "./process_methods.ts";
import { createProcessWrap, createSpawnSync } from "./process_wrap.ts";
import { createReport } from "./report.ts";
import { createSignalWrap } from "./signal_wrap.ts";
import { createStreamWrap } from "./stream_wrap.ts";
import { createTcpWrap } from "./tcp_wrap.ts";
import { createTimers } from "./timers.ts";
import { createTraceEvents } from "./trace_events.ts";
import { createTtyWrap } from "./tty_wrap.ts";
import { createUdpWrap } from "./udp_wrap.ts";
import { createUnavailable } from "./unavailable.ts";
import { extendUtil } from "./util.ts";
import { createUv } from "./uv.ts";
import { extendV8 } from "./v8.ts";

const factories: Record<string, () => any> = {
  __proto__: null as never,
  block_list: createBlockList,
  cares_wrap: createCaresWrap,
  config: createConfig,
  constants: createConstants,
  credentials: createCredentials,
  fs: createFs,
  fs_dir: createFsDir,
  fs_event_wrap: createFsEventWrap,
  inspector: createInspector,
  js_stream: createJsStream,
  modules: createModules,
  options: createOptions,
  os: createOs,
  permission: createPermission,
  pipe_wrap: createPipeWrap,
  process_methods: createProcessMethods,
  process_wrap: createProcessWrap,
  report: createReport,
  signal_wrap: createSignalWrap,
  spawn_sync: createSpawnSync,
  stream_wrap: createStreamWrap,
  tcp_wrap: createTcpWrap,
  timers: createTimers,
  trace_events: createTraceEvents,
  tty_wrap: createTtyWrap,
  udp_wrap: createUdpWrap,
  uv: createUv,
};

/** What is added to a native binding here. */
const extensions: Record<string, (target: any) => any> = {
  __proto__: null as never,
  async_wrap: adoptAsyncWrapBinding,
  blob: extendBlob,
  // Read when tls is imported. No root is trusted as long as there is no TLS.
  crypto: (target) => Object.assign(target, { getBundledRootCertificates: () => [] }),
  builtins: (target) => Object.assign(target, { config: seed.config, builtinCategories: seed.builtinCategories }),
  http_parser: extendHttpParser,
  messaging: extendMessaging,
  performance: extendPerformance,
  util: extendUtil,
  v8: extendV8,
};

/** The target of a binding, or undefined if Node has none of that name. */
export function createBinding(name: string): any {
  const factory = factories[name];
  if (factory !== undefined) return factory();
  const target = engine.binding(name);
  if (target !== undefined) return extensions[name]?.(target) ?? target;
  return createUnavailable(name);
}

function createConfig(): object {
  return { ...seed.bindingConstants.config, getDefaultLocale: () => undefined };
}
