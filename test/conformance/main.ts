import { dirname, join } from "node:path";
import { GuestRunner } from "./guest.ts";
import { type Options, readOptions, USAGE } from "./options.ts";
import { inParallel } from "./pool.ts";
import { runInEngine } from "./real.ts";
import { OutcomeRecord, readRecord } from "./record.ts";
import { changes, reasons, table } from "./report.ts";
import { listTests, type TestFile } from "./suite.ts";

async function main(options: Options): Promise<void> {
  const tests = listTests(options);
  const real = new OutcomeRecord(join(dirname(options.out), "real.json"), true);
  await measureReal(tests, real, options);
  if (options.realOnly) return;

  const earlier = options.compare === undefined ? undefined : readRecord(options.compare);
  if (options.compare !== undefined && earlier === undefined) throw new RangeError(`${options.compare} does not exist`);
  const guest = new OutcomeRecord(options.out, options.resume);
  await measureGuests(tests, guest, options);

  const results = tests.map(({ name }) => ({ name, guest: guest.get(name), real: real.get(name) }));
  console.log(`${reasons(results, 40)}\n\n${table(results)}`);
  if (earlier) console.log(`\n${changes(earlier.files, results)}`);
}

async function measureReal(tests: readonly TestFile[], record: OutcomeRecord, options: Options): Promise<void> {
  const missing = tests.filter(({ name }) => record.get(name) === undefined);
  const progress = new Progress("real Node", missing.length);
  await inParallel(missing, options.jobs, async (test, lane) => {
    record.set(test.name, await runInEngine(test, options.suite, options.timeoutMs, lane));
    progress.step();
  });
  record.save();
}

async function measureGuests(tests: readonly TestFile[], record: OutcomeRecord, options: Options): Promise<void> {
  const missing = tests.filter(({ name }) => record.get(name) === undefined);
  const runner = new GuestRunner(options);
  const progress = new Progress("guests", missing.length);
  await inParallel(missing, options.jobs, async (test) => {
    record.set(test.name, await runner.run(test));
    progress.step();
  });
  record.save();
}

/** One line on stderr every hundred files. */
class Progress {
  readonly #label: string;
  readonly #total: number;
  #done = 0;

  constructor(label: string, total: number) {
    this.#label = label;
    this.#total = total;
  }

  step(): void {
    if (++this.#done % 100 === 0 || this.#done === this.#total) {
      console.error(`${this.#label}: ${this.#done} of ${this.#total}`);
    }
  }
}

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${(error as Error).message}\n\n${USAGE}`);
  process.exit(2);
}
await main(options);
