/**
 * The program that attacks a binding: main <binding> <seed> <first step> <steps>. It says what it is about to call by
 * asking for a file of that name, since the host's trace of syscalls outlives a crash.
 */
import { createRequire } from "node:module";
import { createContext, Script } from "node:vm";
import { Random } from "./random.ts";
import { type RecordedCall, record } from "./recorder.ts";
import { SAMPLES } from "./samples.ts";
import { listTargets, type Target } from "./targets.ts";
import { type Named, Values } from "./values.ts";

const [name, seedText, firstText, stepsText] = process.argv.slice(2) as [string, string, string, string];
const first = Number(firstText);
const steps = Number(stepsText);
const { internalBinding } = createRequire("/")("internal/test/binding");
// Hostile calls may change all of these.
const exit = (process as any).reallyExit.bind(process, 0) as () => never;
const { existsSync } = internalBinding("fs");
const { apply, construct } = Reflect;
const pause = setImmediate;
const later = setTimeout;
process.on("uncaughtException", () => {});
process.on("unhandledRejection", () => {});

function note(text: string): void {
  try {
    existsSync(`/fuzz/${text}`.slice(0, 1000));
  } catch {
    // At the end of the stack there is no room for notes.
  }
}

function attempt(text: string, call: () => any): any {
  note(text);
  try {
    return call();
  } catch {
    return undefined;
  }
}

/** A typed array that an earlier call did not spoil. */
function fresh(value: any): any {
  if (!ArrayBuffer.isView(value) || value.buffer instanceof SharedArrayBuffer) return value;
  try {
    return value.constructor === Buffer ? Buffer.from(value as Buffer) : (value as Uint8Array).slice();
  } catch {
    return value;
  }
}

class Attack {
  readonly #targets: readonly Target[];
  readonly #records: readonly RecordedCall[][];
  readonly #pool: Named[] = [];
  #random = new Random(0);
  #values = new Values(this.#random, this.#pool);

  constructor(targets: readonly Target[], records: readonly RecordedCall[][]) {
    this.#targets = targets;
    this.#records = records.filter((calls) => calls.length > 0);
  }

  /** Each step has its own random numbers, so that a crash can be had with fewer of them. */
  step(seed: number, index: number): void {
    this.#random = new Random(Math.imul(seed, 7919) + index);
    this.#values = new Values(this.#random, this.#pool);
    if (this.#records.length > 0 && this.#random.chance(0.5)) this.#replay(this.#random.pick(this.#records));
    else this.#call(this.#random.pick(this.#targets));
  }

  #keep(text: string, value: any): void {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) return;
    if (this.#pool.length < 64) this.#pool.push({ text, value });
    else this.#pool[this.#random.below(64)] = { text, value };
  }

  #arguments(): Named[] {
    return Array.from({ length: this.#random.below(this.#random.chance(0.05) ? 20 : 9) }, () => this.#values.any());
  }

  #receiver({ owner, kind }: Target): Named {
    const random = this.#random;
    if (random.chance(0.2)) return this.#values.any();
    if (kind === "function") return { text: "binding", value: owner };
    const fits = this.#pool.filter(({ value }) => owner === value || Object.prototype.isPrototypeOf.call(owner, value));
    if (fits.length > 0 && random.chance(0.8)) return random.pick(fits);
    return { text: "Object.create(prototype)", value: Object.create(owner) };
  }

  #call(target: Target): void {
    const random = this.#random;
    const args = this.#arguments();
    const values = args.map(({ value }) => value);
    const list = `(${args.map(({ text }) => text).join(", ")})`;
    const self = this.#receiver(target);
    const { fn } = target;
    let result: any;
    if (target.kind === "function" && random.chance(0.4)) {
      const newTarget = random.chance(0.3) ? this.#newTarget(fn) : { text: "", value: () => fn };
      result = attempt(`new ${target.name}${list} ${newTarget.text}`, () => construct(fn, values, newTarget.value()));
    } else {
      const text = `${target.name}${list} on ${self.text}`;
      const perform = (): any => apply(fn, self.value, values);
      const how = random.below(20);
      if (how === 0) result = attempt(`deep in the stack: ${text}`, () => atStackEnd(perform));
      else if (how === 1) attempt(`until terminated: ${text}`, () => untilTerminated(perform));
      else if (how === 2) result = attempt(`as a toString(): ${text}`, () => `${{ toString: perform }}`);
      else if (how === 3) attempt(`as a microtask: ${text}`, () => queueMicrotask(() => attempt("…", perform)));
      else result = attempt(text, perform);
    }
    this.#keep(target.name, result);
  }

  #newTarget(fn: Function): { text: string; value: () => Function } {
    const other = this.#random.pick(this.#targets).fn;
    return this.#random.pick([
      { text: "extended", value: () => class extends (fn as any) {} },
      { text: "as Array", value: () => Array },
      { text: "without a prototype", value: () => Object.assign(() => {}, { prototype: null }) },
      { text: "as a proxy", value: () => new Proxy(fn, {}) },
      { text: "as another class", value: () => other },
    ]);
  }

  /** Repeats recorded calls in order, some of them changed, doubled, left out, or with another call between. */
  #replay(calls: readonly RecordedCall[]): void {
    const random = this.#random;
    const made = new Map<any, any>();
    const known = (value: any): any => (made.has(value) ? made.get(value) : fresh(value));
    const start = random.below(calls.length);
    for (const call of random.chance(0.5) ? calls : calls.slice(start, start + 30)) {
      if (random.chance(0.03)) continue;
      const args = call.args.map((value) => ({ text: "_", value: known(value) }));
      for (let i = 0; i < args.length; i++) if (random.chance(0.12)) args[i] = this.#values.any();
      if (random.chance(0.05)) args.length = random.below(args.length + 1);
      const self = random.chance(0.03) ? (this.#values.pooled()?.value ?? call.self) : known(call.self);
      const values = args.map(({ value }) => value);
      const text = `${call.isConstruct ? "new " : ""}${call.name}(${args.map((arg) => arg.text).join(", ")}), recorded`;
      for (let times = random.chance(0.05) ? 2 : 1; times > 0; times--) {
        const result = attempt(text, () =>
          call.isConstruct ? construct(call.fn, values) : apply(call.fn, self, values),
        );
        if (typeof call.result === "object" && call.result !== null && result !== undefined)
          made.set(call.result, result);
        this.#keep(call.name, result);
      }
      if (random.chance(0.05)) this.#call(random.pick(this.#targets));
    }
  }
}

function atStackEnd(perform: () => any): any {
  const descend = (): any => {
    try {
      return descend();
    } catch {
      return perform();
    }
  };
  return descend();
}

const loop = new Script("for (;;) try { perform(); } catch {}");
function untilTerminated(perform: () => any): void {
  loop.runInContext(createContext({ perform }), { timeout: 3 });
}

async function main(): Promise<void> {
  const binding = name.startsWith("process.") ? (process as any).binding(name.slice(8)) : internalBinding(name);
  const records = (SAMPLES[name] ?? []).map((use) => record(binding, () => use(binding)));
  const attack = new Attack(listTargets(binding), records);
  for (let index = first; index < steps; index++) {
    note(`step ${index}`);
    attack.step(Number(seedText), index);
    // Completions of what was called run between steps.
    if (index % 8 === 7) await new Promise((resolve) => pause(resolve));
    if (index % 64 === 63) (globalThis as any).gc?.();
  }
  note("end");
  later(exit, 20);
}

main().catch(() => exit());
