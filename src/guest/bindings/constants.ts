import { seed } from "../base/seed.ts";

/** The `constants` binding: objects without a prototype whose numbers and strings cannot be changed, as in Node. */
export function createConstants(): object {
  const groups = Object.entries(seed.constants).map(([name, group]) => [name, readOnly(group)]);
  return { __proto__: null, ...Object.fromEntries(groups) };
}

function readOnly(group: Record<string, any>): object {
  const target: object = Object.create(null);
  for (const [name, value] of Object.entries(group)) {
    const isGroup = typeof value === "object" && value !== null;
    Object.defineProperty(target, name, {
      // JSON, which the seed is written in, makes null of Infinity (Z_MAX_CHUNK).
      value: isGroup ? readOnly(value) : (value ?? Infinity),
      enumerable: true,
      writable: isGroup,
      configurable: isGroup,
    });
  }
  return target;
}
