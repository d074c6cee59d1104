type ErrorType = new (message: string, options?: ErrorOptions) => Error;

/** The one way to make an error with a `code` on the host's side. */
export const codedError = (Type: ErrorType, code: string, message: string, options?: ErrorOptions): Error =>
  Object.assign(new Type(message, options), { code });

/** The peer broke the protocol, or speaks another version of it. The connection is closed with this error. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code = "ERR_PROTOCOL";
}

/** An error as it travels: enough to build Node's kind of error on the other side, and never a stack. */
export interface WireError {
  /** The constructor to use; anything unknown becomes a plain Error. */
  name: string;
  message: string;
  code?: string;
  /** Negative, as libuv's. */
  errno?: number;
  syscall?: string;
  path?: string;
  dest?: string;
}

const CONSTRUCTORS: Record<string, new (message: string) => Error> = { TypeError, RangeError };
const DETAILS = { code: "string", errno: "number", syscall: "string", path: "string", dest: "string" } as const;
const DETAIL_NAMES = Object.keys(DETAILS) as (keyof typeof DETAILS)[];

/** Whether a decoded value describes an error. */
export function isWireError(value: unknown): value is WireError {
  if (typeof value !== "object" || value === null) return false;
  const error = value as Record<string, unknown>;
  if (typeof error.name !== "string" || typeof error.message !== "string") return false;
  return DETAIL_NAMES.every((name) => error[name] === undefined || typeof error[name] === DETAILS[name]);
}

/** Describes `error` for the wire. Values that are no Error are described by their string form. */
export function encodeError(error: unknown): WireError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const wire: WireError = { name: String(error.name), message: String(error.message) };
  for (const key of DETAIL_NAMES) {
    const value = (error as unknown as Record<string, unknown>)[key];
    if (typeof value === DETAILS[key]) Object.assign(wire, { [key]: value });
  }
  return wire;
}

/** The Error that `wire` describes. Its stack begins here. */
export function decodeError(wire: WireError): Error {
  const error = new (Object.hasOwn(CONSTRUCTORS, wire.name) ? CONSTRUCTORS[wire.name]! : Error)(wire.message);
  for (const key of DETAIL_NAMES) {
    if (wire[key] !== undefined) Object.assign(error, { [key]: wire[key] });
  }
  return error;
}
