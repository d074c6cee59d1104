/** Something of a binding that can be called. */
export interface Target {
  readonly name: string;
  readonly fn: Function;
  /** What it is usually called on: the binding, or the constructor whose prototype has it. */
  readonly owner: any;
  readonly kind: "function" | "method" | "accessor";
}

/** What would only end or stop the process, and teach nothing. */
const SKIPPED = /^(?:reallyExit|abort|exit|causeSegfault|crash|_?kill|_debugProcess|_debugEnd|sleep)$/;

/** All functions of a binding, of its objects, and of the prototypes of its classes. */
export function listTargets(binding: any): Target[] {
  const targets: Target[] = [];
  const seen = new Set<unknown>();
  const visit = (owner: any, prefix: string, kind: Target["kind"], depth: number): void => {
    if (owner === null || (typeof owner !== "object" && typeof owner !== "function") || seen.has(owner)) return;
    seen.add(owner);
    for (const key of Reflect.ownKeys(owner)) {
      const name = `${prefix}.${String(key)}`;
      const { value, get, set } = Object.getOwnPropertyDescriptor(owner, key) ?? {};
      for (const accessor of [get, set]) if (accessor) targets.push({ name, fn: accessor, owner, kind: "accessor" });
      if (key === "constructor" || SKIPPED.test(String(key))) continue;
      if (typeof value === "function") {
        targets.push({ name, fn: value, owner, kind });
        visit(value.prototype, `${name}.prototype`, "method", depth + 1);
      } else if (depth < 2) {
        visit(value, name, "function", depth + 1);
      }
    }
  };
  visit(binding, "", "function", 0);
  return targets;
}
