import { NodeRuntime } from "secure-exec";
import type { Figure } from "./figure.ts";
import { plainRun } from "./plain_node.ts";
import { interleave } from "./stats.ts";
import { TYPESCRIPT_FILE, typescriptFiles } from "./typescript.ts";

interface Workload {
  readonly name: string;
  readonly unit: "ms" | "µs";
  /** Statements before and after the measured part. */
  readonly setup?: string;
  readonly work: string;
  /** The measured milliseconds are divided by this. */
  readonly divisor?: number;
  readonly limit?: number;
}

const FS = `import fs from "node:fs"; const dir = fs.mkdtempSync("/tmp/bench-");`;
const CLEAN_UP = `fs.rmSync(dir, { recursive: true });`;

/** Programs that time themselves, so that only the work counts and not their start. `work` runs in a function. */
const WORKLOADS: readonly (Workload & { readonly cleanUp?: string })[] = [
  {
    name: "syscall (umask)",
    unit: "µs",
    setup: "for (let i = 0; i < 2000; i++) process.umask();",
    work: "for (let i = 0; i < 50_000; i++) process.umask();",
    divisor: 50,
  },
  {
    name: "fs.statSync",
    unit: "µs",
    setup: `${FS} const file = dir + "/f"; fs.writeFileSync(file, ""); for (let i = 0; i < 1000; i++) fs.statSync(file);`,
    work: "for (let i = 0; i < 10_000; i++) fs.statSync(file);",
    cleanUp: CLEAN_UP,
    divisor: 10,
    limit: 6,
  },
  {
    name: "2,000 × write + read of 1 KB",
    unit: "ms",
    setup: `${FS} const text = "x".repeat(1024);`,
    work: `for (let i = 0; i < 2000; i++) {
      fs.writeFileSync(dir + "/" + i, text);
      if (fs.readFileSync(dir + "/" + i).length !== 1024) throw new Error("short");
    }`,
    cleanUp: CLEAN_UP,
    limit: 2,
  },
  {
    name: "readdir of 1,000",
    unit: "ms",
    setup: `${FS} for (let i = 0; i < 1000; i++) fs.writeFileSync(dir + "/file-" + i, "");`,
    work: "for (let i = 0; i < 20; i++) if (fs.readdirSync(dir).length !== 1000) throw new Error('short');",
    cleanUp: CLEAN_UP,
    divisor: 20,
  },
  {
    name: "require of TypeScript",
    unit: "ms",
    setup: `import { createRequire } from "node:module"; const require_ = createRequire(${JSON.stringify(TYPESCRIPT_FILE)});`,
    work: `if (typeof require_(${JSON.stringify(TYPESCRIPT_FILE)}).transpileModule !== "function") throw new Error("not it");`,
    limit: 1.5,
  },
  {
    name: "fib(35)",
    unit: "ms",
    setup: "const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));",
    work: "if (fib(35) !== 9227465) throw new Error('wrong');",
    limit: 1.15,
  },
  {
    name: "JSON + sort",
    unit: "ms",
    work: `const list = Array.from({ length: 200_000 }, (_, i) => ({ i, key: String((i * 7919) % 200_003) }));
      list.sort((a, b) => (a.key < b.key ? -1 : 1));
      if (JSON.parse(JSON.stringify(list)).length !== 200_000) throw new Error("wrong");`,
    limit: 1.15,
  },
  {
    name: "sha256 of 16 MB",
    unit: "ms",
    setup: `import { createHash } from "node:crypto"; const data = Buffer.alloc(16 << 20, 7);`,
    work: `if (createHash("sha256").update(data).digest("hex").length !== 64) throw new Error("wrong");`,
    limit: 1.5,
  },
  {
    name: "base64 of 1 MB × 50",
    unit: "ms",
    setup: `const text = "abcdefgh".repeat(131_072); let length = 0;`,
    work: `for (let i = 0; i < 50; i++) length += Buffer.from(text).toString("base64").length;
      if (length !== 50 * 1_398_104) throw new Error("wrong");`,
    limit: 1.5,
  },
  {
    name: "gzip of 1 MB",
    unit: "ms",
    setup: `import zlib from "node:zlib"; const data = Buffer.alloc(1 << 20);
      for (let i = 0; i < data.length; i++) data[i] = (Math.imul(i, 2654435761) >>> 13) & 63;`,
    work: "zlib.gzipSync(data);",
    limit: 1.5,
  },
];

function program({ setup = "", work, cleanUp = "", divisor = 1, unit }: (typeof WORKLOADS)[number]): string {
  const scale = (unit === "µs" ? 1000 : 1) / (unit === "µs" ? divisor * 1000 : divisor);
  return `${setup}
    const start = performance.now();
    (() => { ${work} })();
    const elapsed = performance.now() - start;
    ${cleanUp}
    globalThis.__return(elapsed * ${scale});`;
}

/** What guests do, against the same program in plain Node; each sample is a process of its own. */
export async function* workloads(samples: number, only: RegExp): AsyncGenerator<Figure> {
  const chosen = WORKLOADS.filter(({ name }) => only.test(name));
  if (chosen.length === 0) return;
  const runtime = await NodeRuntime.create({ files: typescriptFiles() });
  for (const workload of chosen) {
    const code = program(workload);
    const inGuest = async () => {
      const { value, exitCode, stderr } = await runtime.run<number>(code);
      if (exitCode !== 0) throw new Error(`${workload.name}: exit code ${exitCode}\n${stderr}`);
      return value;
    };
    yield {
      name: workload.name,
      unit: workload.unit,
      ...(await interleave(samples, inGuest, () => plainRun<number>(code))),
      ...(workload.limit === undefined ? {} : { target: { kind: "ratio", limit: workload.limit } as const }),
    };
  }
  await runtime.dispose();
}
