import { createContext, runInContext } from "node:vm";
import type { Random } from "./random.ts";

/** A value, and how a log names it. */
export interface Named {
  readonly text: string;
  readonly value: any;
}

const named = (text: string, value: any): Named => ({ text, value });

const otherContext = createContext({});
const NUMBERS = [
  ...[0, -0, 1, -1, 2, 3, 7, 8, 15, 16, 31, 32, 64, 255, 256, 1000, 4096, 65535, 65536, 0.5, 1e-7, NaN, Infinity],
  ...[-Infinity, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 63, 2 ** 64, 1e300, -(2 ** 31)],
  ...[-(2 ** 31) - 1, -(2 ** 53), -(2 ** 63)],
];
const STRINGS = [
  ...["", "a", "0", "\0", "__proto__", "constructor", "then", "utf8", "utf16le", "base64", "hex", "latin1", "sha256"],
  ...["aes-128-gcm", "aes-256-cbc", "prime256v1", "id-aes128-wrap", "file:///a.mjs", "http://a.b/c?d#e", "node:fs"],
  ...[
    "\ud800",
    "\udc00x",
    "é",
    "日本語",
    "\u{1f600}",
    "export default 1",
    "while (true) {}",
    "%",
    "%00",
    "/",
    ".",
    "..",
  ],
];
const VIEWS = [Uint8Array, Int8Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array];

/** Makes hostile values. What calls gave before is among them. */
export class Values {
  readonly #random: Random;
  readonly #pool: Named[];

  constructor(random: Random, pool: Named[]) {
    this.#random = random;
    this.#pool = pool;
  }

  any(): Named {
    const random = this.#random;
    switch (random.below(12)) {
      case 0:
        return this.#simple();
      case 1:
      case 2:
        return this.number();
      case 3:
        return this.#string();
      case 4:
      case 5:
        return this.bytes();
      case 6:
        return this.#buffer();
      case 7:
        return this.#object();
      case 8:
        return this.#trap();
      case 9:
        return this.#function();
      case 10:
        return this.#foreign();
      default:
        return this.pooled() ?? this.number();
    }
  }

  /** Something that an earlier call gave. */
  pooled(): Named | undefined {
    return this.#pool.length === 0 ? undefined : this.#random.pick(this.#pool);
  }

  number(): Named {
    const value = this.#random.pick(NUMBERS);
    return named(Object.is(value, -0) ? "-0" : String(value), value);
  }

  #simple(): Named {
    return this.#random.pick([
      named("undefined", undefined),
      named("null", null),
      named("true", true),
      named("false", false),
      named("Symbol()", Symbol("s")),
      named("Symbol.iterator", Symbol.iterator),
      named("10n", 10n),
      named("-1n", -1n),
      named("2n ** 64n", 2n ** 64n),
      named("2n ** 5000n", 2n ** 5000n),
    ]);
  }

  #string(): Named {
    const random = this.#random;
    const text = random.pick(STRINGS);
    switch (random.below(6)) {
      case 0:
        return named("a long one-byte string", "x".repeat(70_000));
      case 1:
        return named("a long two-byte string", "\u4e2d".repeat(70_000));
      case 2:
        return named("a rope", `${"ab".repeat(5000)}${"c\u0301".repeat(3000)}${text}`);
      case 3:
        return named(`new String(${JSON.stringify(text)})`, new String(text));
      default:
        return named(JSON.stringify(text), text);
    }
  }

  /** A view or a buffer of bytes. */
  bytes(): Named {
    const random = this.#random;
    const size = random.pick([0, 1, 2, 8, 16, 24, 32, 64, 1000, 9000, 100_000]);
    switch (random.below(10)) {
      case 0: {
        const buffer = new ArrayBuffer(size, { maxByteLength: 200_000 });
        return named(`a length-tracking Uint8Array of ${size}`, new Uint8Array(buffer));
      }
      case 1: {
        const buffer = new ArrayBuffer(64, { maxByteLength: 128 });
        const view = new Uint8Array(buffer, 32, 32);
        buffer.resize(16);
        return named("a Uint8Array out of bounds", view);
      }
      case 2: {
        const buffer = new ArrayBuffer(size);
        const view = new Uint8Array(buffer);
        structuredClone(buffer, { transfer: [buffer] });
        return named("a detached Uint8Array", view);
      }
      case 3:
        return named(`a shared Uint8Array of ${size}`, new Uint8Array(new SharedArrayBuffer(size)));
      case 4: {
        const buffer = new SharedArrayBuffer(size, { maxByteLength: 200_000 });
        return named(`a growable shared Uint8Array of ${size}`, new Uint8Array(buffer));
      }
      case 5:
        return named(`a DataView of ${size}`, new DataView(new ArrayBuffer(size)));
      case 6:
        return named("Buffer.from('ab')", Buffer.from("ab"));
      case 7: {
        const View = random.pick(VIEWS);
        return named(`new ${View.name}(4)`, new View(4));
      }
      default: {
        const value = new Uint8Array(size);
        for (let i = 0; i < Math.min(size, 64); i++) value[i] = random.below(256);
        return named(`a Uint8Array of ${size}`, value);
      }
    }
  }

  #buffer(): Named {
    const size = this.#random.pick([0, 1, 16, 1000, 100_000]);
    switch (this.#random.below(4)) {
      case 0:
        return named(`new SharedArrayBuffer(${size})`, new SharedArrayBuffer(size));
      case 1:
        return named(`a resizable ArrayBuffer of ${size}`, new ArrayBuffer(size, { maxByteLength: 200_000 }));
      case 2: {
        const buffer = new ArrayBuffer(size);
        structuredClone(buffer, { transfer: [buffer] });
        return named("a detached ArrayBuffer", buffer);
      }
      default:
        return named(`new ArrayBuffer(${size})`, new ArrayBuffer(size));
    }
  }

  #object(): Named {
    const random = this.#random;
    const sparse = [1, 2];
    sparse.length = random.pick([3, 1000, 100_000]);
    return random.pick([
      named("{}", {}),
      named("[]", []),
      named("[1, 'a', {}]", [1, "a", {}]),
      named(`an array of length ${sparse.length}`, sparse),
      named("['a', 'b']", ["a", "b"]),
      named("Object.create(null)", Object.create(null)),
      named("Object.freeze({ a: 1 })", Object.freeze({ a: 1 })),
      named("new Map([[1, 2]])", new Map([[1, 2]])),
      named("new Set([1])", new Set([1])),
      named("new Date(NaN)", new Date(NaN)),
      named("/x/g", /x/g),
      named("new Error('e')", new Error("e")),
      named("Promise.reject()", swallowed(Promise.reject(new Error("rejected")))),
      named("a pending promise", new Promise(() => {})),
      named("new WeakMap()", new WeakMap()),
      named("globalThis", globalThis),
      named("an iterator", [1, 2][Symbol.iterator]()),
      named(
        "arguments",
        (function () {
          // biome-ignore lint/complexity/noArguments: the exotic object is wanted
          return arguments;
        })(),
      ),
      named("new WebAssembly.Memory()", new WebAssembly.Memory({ initial: 1, maximum: 4 })),
      named("wasm memory", new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer)),
      named("new MessageChannel().port1", new MessageChannel().port1),
    ]);
  }

  /** Objects that run code, which throws or takes memory away, when they are looked at. */
  #trap(): Named {
    const random = this.#random;
    const victim = this.pooled();
    const spoil = (): void => {
      const value = victim?.value;
      if (ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer)
        structuredClone(value.buffer, { transfer: [value.buffer] });
      else if (value instanceof ArrayBuffer && value.resizable) value.resize(0);
      else
        for (const method of ["close", "drain", "destroy"]) if (typeof value?.[method] === "function") value[method]();
    };
    const fail = (): never => {
      throw new Error("trap");
    };
    const act = random.chance(0.5) ? spoil : fail;
    const how = act === spoil ? "spoils" : "throws";
    /** Acts, then gives `value`. */
    const trap =
      <T>(value: T) =>
      (): T => {
        act();
        return value;
      };
    switch (random.below(5)) {
      case 0:
        return named(`{ valueOf ${how} }`, { valueOf: trap(1), toString: trap("1") });
      case 1:
        return named(
          `a proxy that ${how}`,
          new Proxy({}, { get: trap(undefined), has: trap(true), ownKeys: trap([]) }),
        );
      case 2:
        return named(`[getter that ${how}, 1]`, Object.defineProperty([0, 1], 0, { get: trap(1) }));
      case 3: {
        const { proxy, revoke } = Proxy.revocable(() => {}, {});
        revoke();
        return named("a revoked proxy", proxy);
      }
      default: {
        let looks = 0;
        const get = (_: unknown, key: PropertyKey): unknown => {
          act();
          looks++;
          return key === "length" ? looks * 1000 : looks % 2 === 0 ? 1 : "x";
        };
        return named(`getters that ${how} and change`, new Proxy({}, { get }));
      }
    }
  }

  #function(): Named {
    return this.#random.pick([
      named("() => {}", () => {}),
      named("() => { throw }", () => {
        throw new Error("from a callback");
      }),
      named("a class", class A {}),
      named("an async function", async () => 1),
      named("a generator", function* () {}),
      named("a bound function", Math.max.bind(null, 1)),
      named("a callable proxy", new Proxy(() => {}, {})),
    ]);
  }

  #foreign(): Named {
    const text = this.#random.pick([
      ...["({})", "[1]", "new Uint8Array(8)", "new ArrayBuffer(8)", "(() => 1)", "new Error('e')", "globalThis"],
      ...["Object.prototype", "Promise.resolve(1)", "new Proxy({}, {})", "new Map()"],
    ]);
    return named(`vm:${text}`, runInContext(text, otherContext));
  }
}

function swallowed<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
