/** An error as Node's C++ throws it: unlike in the library's own, the code is a mere property. */
export function codedError(Type: ErrorConstructor, code: string, message: string): Error & { code: string } {
  const error = new Type(message) as Error & { code: string };
  error.code = code;
  return error;
}
