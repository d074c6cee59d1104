/** process.env: an object whose values are always strings (https://nodejs.org/api/process.html#processenv). */

function codedTypeError(code: string, message: string): TypeError {
  const error = new TypeError(message) as TypeError & { code: string };
  error.code = code;
  return error;
}

/**
 * @param onConversion called when a value is assigned that is no string, number or boolean
 * @param onTimeZone called when TZ changes
 */
export function createEnv(
  entries: ReadonlyArray<readonly [string, string]>,
  onConversion: () => void,
  onTimeZone: (value: string | undefined) => void,
): Record<string, string> {
  const store: Record<string, string> = {};
  for (const [key, value] of entries)
    Object.defineProperty(store, key, { value, writable: true, enumerable: true, configurable: true });
  return new Proxy(store, {
    set(target, key, value) {
      if (typeof key === "symbol" || typeof value === "symbol")
        throw new TypeError("Cannot convert a Symbol value to a string");
      if (!["string", "number", "boolean"].includes(typeof value)) onConversion();
      const text = `${value}`;
      // "=" can't be in a variable's name: the environment ignores it, as setenv(3) does.
      if (key !== "" && !key.slice(1).includes("="))
        Object.defineProperty(target, key, { value: text, writable: true, enumerable: true, configurable: true });
      if (key === "TZ") onTimeZone(text);
      return true;
    },
    defineProperty(target, key, descriptor) {
      if ("get" in descriptor || "set" in descriptor)
        throw codedTypeError(
          "ERR_INVALID_OBJECT_DEFINE_PROPERTY",
          "'process.env' does not accept an accessor(getter/setter) descriptor",
        );
      if (!("value" in descriptor))
        throw codedTypeError(
          "ERR_INVALID_OBJECT_DEFINE_PROPERTY",
          "'process.env' only accepts a configurable, writable, and enumerable data descriptor",
        );
      if (!descriptor.configurable || !descriptor.writable || !descriptor.enumerable)
        throw codedTypeError(
          "ERR_INVALID_OBJECT_DEFINE_PROPERTY",
          "'process.env' only accepts a configurable, writable, and enumerable data descriptor",
        );
      if (typeof key === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
      const value = `${descriptor.value}`;
      const defined = Reflect.defineProperty(target, key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
      if (key === "TZ") onTimeZone(value);
      return defined;
    },
    deleteProperty(target, key) {
      const deleted = Reflect.deleteProperty(target, key);
      if (key === "TZ") onTimeZone(undefined);
      return deleted;
    },
  });
}
