import type { MethodName, ProcessStarted, Result } from "../protocol/api.ts";
import { ProtocolError } from "../protocol/errors.ts";

// What comes out of a VM may come from a program that took its engine over: nothing of it is believed unseen.

type Check = (value: any) => boolean;

const isNothing: Check = (value) => value === null || value === undefined;
const isNumber: Check = (value) => typeof value === "number";
const isCount: Check = (value) => Number.isSafeInteger(value) && value >= 0;
const isString: Check = (value) => typeof value === "string";
const isBoolean: Check = (value) => typeof value === "boolean";
const isRecord: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isPayload: Check = (value) => value instanceof Uint8Array || isCount(value);
const isExitCode: Check = (value) => isCount(value) && value < 256;
const isEach =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const isNullOr =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const isOptional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
/** A record that has all of these fields. */
const hasFields =
  (fields: Record<string, Check>): Check =>
  (value) =>
    isRecord(value) && Object.entries(fields).every(([name, check]) => check(value[name]));

const isStat = hasFields({
  ...{ type: isString, size: isNumber, mode: isCount, uid: isCount, gid: isCount, ino: isCount, nlink: isCount },
  ...{ atimeMs: isNumber, mtimeMs: isNumber, ctimeMs: isNumber, birthtimeMs: isNumber },
});
const WALLS = ["noNewPrivs", "noCapabilities", "seccomp", "landlock", "landlockScopes", "rlimits"];
const isWalls = hasFields({
  ...Object.fromEntries(WALLS.map((name) => [name, isOptional(isBoolean)])),
  ...{ landlockAbi: isOptional(isCount), failure: isOptional(isString) },
});
const isProcessStarted = hasFields({ process: isCount, pid: isCount, stdout: isCount, stderr: isCount });

const ANSWERS: Record<MethodName, Check> = {
  "vm.create": hasFields({
    timing: (timing) => isRecord(timing) && Object.values(timing).every(isNumber),
    walls: isWalls,
  }),
  "process.run": hasFields({
    exitCode: isExitCode,
    signal: isNullOr(isString),
    value: isNullOr(isPayload),
    truncated: isBoolean,
  }),
  "process.kill": isNothing,
  "fs.readFile": isPayload,
  "fs.writeFile": isNothing,
  "fs.mkdir": isNothing,
  "fs.readdir": isEach(isString),
  "fs.stat": isStat,
  "fs.rm": isNothing,
  "fs.exists": isBoolean,
  "fs.rename": isNothing,
};

/** The answer to a request, if it has the form that its method promises. @throws ProtocolError otherwise */
export function checkAnswer<M extends MethodName>(method: M, answer: unknown): Result<M> {
  if (!ANSWERS[method](answer)) throw new ProtocolError(`The answer to ${method} is malformed`);
  return answer as Result<M>;
}

/** The params of the event process.started. @throws ProtocolError if they are none */
export function checkProcessStarted(params: unknown): ProcessStarted {
  if (!isProcessStarted(params)) throw new ProtocolError("The event process.started is malformed");
  return params as ProcessStarted;
}
