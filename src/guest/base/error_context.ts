import { seed } from "./seed.ts";

/** The record in which bindings tell of a failed call, for the library to make its SystemError from. */
export interface ErrorContext {
  errno?: number;
  code?: string | undefined;
  message?: string | undefined;
  syscall?: string;
}

const uvErrors = new Map(seed.uvErrors);

export function describeFailure(context: ErrorContext, errno: number, syscall: string): undefined {
  const [code, message] = uvErrors.get(errno) ?? [];
  Object.assign(context, { errno, code, message, syscall });
}
