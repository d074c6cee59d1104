import { engine } from "../base/native.ts";

/** No debugger can attach to a guest. A session connects, as the REPL wants, and answers every command with an error. */
function unavailable(): never {
  const error = new Error("Inspector is not available in this runtime") as Error & { code: string };
  error.code = "ERR_INSPECTOR_NOT_AVAILABLE";
  throw error;
}

/** V8's own console, which Node's replaces as the global one. */
const consoleOfV8 = globalThis.console;

/** console.createTask(name): runs functions; the name is for a debugger's asynchronous stacks. */
function createTask(name: unknown): object {
  if (typeof name !== "string" || name === "") throw new Error("First argument must be a non-empty string.");
  const run = (fn: unknown) => {
    if (typeof fn !== "function") throw new Error("First argument must be a function.");
    return fn();
  };
  return { run: engine.wrap(run, "run") };
}

/** JSON-RPC's error code. */
const METHOD_NOT_FOUND = -32601;

export function createInspector(): object {
  class Connection {
    readonly #onMessage: (message: string) => void;
    constructor(onMessage: (message: string) => void) {
      this.#onMessage = onMessage;
    }
    dispatch(message: string): void {
      const { id, method } = JSON.parse(message);
      const error = { code: METHOD_NOT_FOUND, message: `'${method}' is not available in this runtime` };
      this.#onMessage(JSON.stringify({ id, error }));
    }
    disconnect(): void {}
  }
  return {
    isEnabled: () => false,
    url: () => undefined,
    open: unavailable,
    waitForDebugger: () => false,
    callAndPauseOnStart: (fn: Function, receiver: unknown, ...args: unknown[]) => fn.apply(receiver, args),
    consoleCall: engine.consoleCall,
    setConsoleExtensionInstaller: () => {},
    registerAsyncHook: () => {},
    setupNetworkTracking: () => {},
    emitProtocolEvent: () => {},
    putNetworkResource: () => {},
    asyncTaskScheduled: () => {},
    asyncTaskCanceled: () => {},
    asyncTaskStarted: () => {},
    asyncTaskFinished: () => {},
    // The library wraps its own methods that have a counterpart here, and takes over what it lacks.
    console: { ...consoleOfV8, createTask: engine.wrap(createTask, "createTask") },
    Connection,
    MainThreadConnection: Connection,
  };
}
