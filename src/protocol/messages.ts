import { isWireError, type WireError } from "./errors.ts";

/** Raised whenever a message changes its meaning. Both sides must have the same. */
export const PROTOCOL_VERSION = 1;

/** The first message of each side. Neither waits for the other's before it goes on. */
export interface Hello {
  type: "hello";
  protocol: number;
}

export interface Request {
  type: "request";
  /** Chosen by the sender, unique among its open requests. */
  id: number;
  method: string;
  params: unknown;
}

/** With either a result or an error. */
export interface Response {
  type: "response";
  id: number;
  result?: unknown;
  error?: WireError;
}

/** Something that happened; nobody answers. */
export interface Event {
  type: "event";
  name: string;
  params: unknown;
}

/** Bytes of a stream. A sender never has more than its credit under way. */
export interface StreamData {
  type: "data";
  stream: number;
  bytes: Uint8Array;
}

/** The sender's last word on a stream; with `error` it broke off. */
export interface StreamEnd {
  type: "end";
  stream: number;
  error?: WireError;
}

/** The receiver consumed that many bytes; the sender may send as many more. */
export interface StreamCredit {
  type: "credit";
  stream: number;
  bytes: number;
}

/** The receiver's last word: it wants no more. Data under way is dropped. */
export interface StreamCancel {
  type: "cancel";
  stream: number;
}

export type Message = Hello | Request | Response | Event | StreamData | StreamEnd | StreamCredit | StreamCancel;

/** Bytes of any length: in place if they are few, else the id of a stream that the sender of the message opened. */
export type Payload = Uint8Array | number;

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const VALID: Record<Message["type"], (m: Record<string, unknown>) => boolean> = {
  hello: (m) => isId(m.protocol),
  request: (m) => isId(m.id) && typeof m.method === "string",
  response: (m) => isId(m.id) && (Object.hasOwn(m, "result") ? m.error === undefined : isWireError(m.error)),
  event: (m) => typeof m.name === "string",
  data: (m) => isId(m.stream) && m.bytes instanceof Uint8Array,
  end: (m) => isId(m.stream) && (m.error === undefined || isWireError(m.error)),
  credit: (m) => isId(m.stream) && isId(m.bytes),
  cancel: (m) => isId(m.stream),
};

/** Whether a decoded value has the form of a message. What a request's params mean is its handler's to check. */
export function isMessage(value: unknown): value is Message {
  if (typeof value !== "object" || value === null) return false;
  const { type } = value as { type?: unknown };
  return typeof type === "string" && Object.hasOwn(VALID, type) && VALID[type as Message["type"]](value as any);
}
