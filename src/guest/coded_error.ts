/** An error as Node's C++ throws it: the code is a property and stands in the first line of the stack. */
export function codedError(Type: ErrorConstructor, code: string, message: string): Error & { code: string } {
  const error = new Type(message) as Error & { code: string };
  error.code = code;
  error.stack = error.stack?.replace(/^(\w+)/, `$1 [${code}]`);
  return error;
}
