/**
 * `internalBinding(name)`: our implementation of the waist between Node's library and the system. A binding comes from
 * the engine (C++), from here, or from both.
 */
import { adoptAsyncWrapBinding } from "../base/async_resource.ts";
import { engine } from "../base/native.ts";
import { seed } from "../base/seed.ts";
import { extendMessaging } from "../base/transferable.ts";
import { extendBlob } from "../bindings/blob.ts";
import { createBlockList } from "../bindings/block_list.ts";
import { createCaresWrap } from "../bindings/cares_wrap.ts";
import { createConstants } from "../bindings/constants.ts";
import { createCredentials } from "../bindings/credentials.ts";
import { createFs } from "../bindings/fs/binding.ts";
import { createFsDir } from "../bindings/fs/dir.ts";
import { createFsEventWrap } from "../bindings/fs/event_wrap.ts";
import { extendHttpParser } from "../bindings/http_parser.ts";
import { createInspector } from "../bindings/inspector.ts";
import { createModules } from "../bindings/modules.ts";
import { createOptions } from "../bindings/options.ts";
import { createOs } from "../bindings/os.ts";
import { extendPerformance } from "../bindings/performance.ts";
import { createPermission } from "../bindings/permission.ts";
import { createProcessMethods } from "../bindings/process_methods.ts";
import { createProcessWrap, createSpawnSync } from "../bindings/process_wrap.ts";
import { createReport } from "../bindings/report/binding.ts";
import { createSignalWrap } from "../bindings/signal_wrap.ts";
import { createJsStream } from "../bindings/stream/js_stream.ts";
import { createPipeWrap } from "../bindings/stream/pipe_wrap.ts";
import { createStreamWrap } from "../bindings/stream/stream_wrap.ts";
import { createTcpWrap } from "../bindings/stream/tcp_wrap.ts";
import { createTtyWrap } from "../bindings/stream/tty_wrap.ts";
import { createTimers } from "../bindings/timers.ts";
import { createTraceEvents } from "../bindings/trace_events.ts";
import { createUdpWrap } from "../bindings/udp_wrap.ts";
import { createUnavailable } from "../bindings/unavailable.ts";
import { extendUtil } from "../bindings/util.ts";
import { createUv } from "../bindings/uv.ts";
import { extendV8 } from "../bindings/v8.ts";

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
