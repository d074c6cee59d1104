/**
 * How an fs operation answers: synchronously, to an FSReqCallback, or with a promise (kUsePromises). The operation itself
 * is a system call that is done at once; only its completion is asynchronous.
 */
import { AsyncResource, makeCallback } from "../../base/async_resource.ts";
import { Request } from "../../base/loop/request.ts";
import { type Callback, engine } from "../../base/native.ts";

export class FSReqCallback extends Request {
  declare oncomplete?: (error: Error | null, value?: unknown) => void;
  declare context: unknown;

  constructor() {
    super("FSREQCALLBACK");
  }
}

class FSReqPromise extends Request {
  readonly promise: Promise<unknown>;
  resolve!: (value: unknown) => void;
  reject!: (error: Error) => void;

  constructor() {
    super("FSREQPROMISE", false);
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // async_hooks see the promise first.
    this.asyncReset();
  }
}

/** The symbol that asks for a promise; the symbols binding has it. */
export const kUsePromises: symbol = engine.binding("symbols").fs_use_promises_symbol;

/** A failed operation: what its error says. */
export class Failure {
  readonly errno: number;
  readonly syscall: string;
  readonly path: unknown;
  readonly dest: unknown;
  constructor(errno: number, syscall: string, path?: unknown, dest?: unknown) {
    this.errno = errno;
    this.syscall = syscall;
    this.path = path;
    this.dest = dest;
  }
  toError(): Error {
    return engine.uvException(this.errno, this.syscall, this.path, this.dest);
  }
}

/** A result that is an object with an asynchronous life of its own: it is made when the operation completes. */
export class Made {
  readonly make: () => unknown;
  constructor(make: () => unknown) {
    this.make = make;
  }
}

/** Answers `result` the way `req` asks for. */
export function answer(req: unknown, result: unknown): unknown {
  if (req === undefined) return finishSync(result);
  if (req === kUsePromises) {
    const request = new FSReqPromise();
    request.completeLater(() => settle(request, result));
    return request.promise;
  }
  if (req instanceof FSReqCallback) req.completeLater(() => settle(req, result));
  return undefined;
}

/** The same for an operation that ends later: `run` gets what to call with its result. */
export function answerLater(req: unknown, run: (done: (result: unknown) => void) => void): unknown {
  const request = req === kUsePromises ? new FSReqPromise() : (req as FSReqCallback);
  request.begin();
  run((result) => {
    request.end();
    const callback = settle(request, result);
    if (callback !== undefined) makeCallback(callback);
    AsyncResource.destroy(request);
  });
  return request instanceof FSReqPromise ? request.promise : undefined;
}

function finishSync(result: unknown): unknown {
  if (result instanceof Made) return result.make();
  if (!(result instanceof Failure)) return result;
  return engine.fail(result.errno, result.syscall, result.path, result.dest);
}

function settle(request: FSReqCallback | FSReqPromise, outcome: unknown): Callback | undefined {
  const result = outcome instanceof Made ? outcome.make() : outcome;
  const failed = result instanceof Failure;
  if (request instanceof FSReqPromise) {
    const value = failed ? result.toError() : result;
    return AsyncResource.callback(request, request, failed ? request.reject : request.resolve, value);
  }
  const { oncomplete } = request;
  if (failed) return AsyncResource.callback(request, request, oncomplete, result.toError());
  if (result === undefined) return AsyncResource.callback(request, request, oncomplete, null);
  return AsyncResource.callback(request, request, oncomplete, null, result);
}
