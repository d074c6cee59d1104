/** What a command line may not say: values and combinations that Node refuses, and options whose world is not there. */
import { OptionError, type OptionValues } from "./options.ts";

const EXIT_BAD_OPTION = 9;
const EXIT_INVALID_ARGUMENT = 12;

/** Options that would do nothing here, which nobody should have to find out. */
const UNAVAILABLE: readonly string[] = [
  // The inspector, profiles, traces and snapshots.
  ...["--inspect", "--inspect-brk", "--inspect-brk-node", "--inspect-wait", "--cpu-prof", "--heap-prof"],
  ...["--prof-process", "--experimental-test-coverage", "--trace-event-categories", "--heapsnapshot-signal"],
  ...["--heapsnapshot-near-heap-limit", "--report-on-fatalerror", "--build-snapshot", "--build-snapshot-config"],
  ...["--snapshot-blob", "--experimental-sea-config", "--trace-atomics-wait", "--trace-sync-io", "--trace-sigint"],
  ...["--trace-env", "--trace-env-js-stack", "--trace-env-native-stack"],
  // What starts other programs.
  ...["--run", "--watch", "--watch-path"],
  // Settings of OpenSSL, which is one for all processes.
  ...["--enable-fips", "--force-fips", "--secure-heap", "--openssl-config", "--openssl-legacy-provider"],
  ...["--openssl-shared-config", "--tls-keylog", "--trace-tls"],
  ...["--experimental-config-file", "--experimental-default-config-file", "--completion-bash", "--v8-options"],
];

/** Flags of V8 that change what a program does or prints. Those that only concern memory and speed are taken, to no effect. */
const UNAVAILABLE_V8 =
  /^(?:abort-on-uncaught-exception|allow-natives-syntax|harmony.*|interpreted-frames-native-stack|jitless|js-.*|(?:ll-)?prof.*|log(?:-.*)?|perf-.*|print-.*|trace-.*)$/;

/** [option, the one it is nothing without] */
const DEPENDENT: ReadonlyArray<readonly [option: string, needed: string]> = [
  ...["--cpu-prof-name", "--cpu-prof-dir", "--cpu-prof-interval"].map((name) => [name, "--cpu-prof"] as const),
  ...["--heap-prof-name", "--heap-prof-dir", "--heap-prof-interval"].map((name) => [name, "--heap-prof"] as const),
];

/** The values that an option may have; "" is none. */
const CHOICES: ReadonlyArray<readonly [option: string, choices: readonly string[], message: string]> = [
  [
    "--unhandled-rejections",
    ["", "warn-with-error-code", "throw", "strict", "warn", "none"],
    "invalid value for --unhandled-rejections",
  ],
  [
    "--input-type",
    ["", "commonjs", "module", "commonjs-typescript", "module-typescript"],
    '--input-type must be "module","commonjs", "module-typescript" or "commonjs-typescript"',
  ],
  [
    "--experimental-default-type",
    ["", "commonjs", "module"],
    '--experimental-default-type must be "module" or "commonjs"',
  ],
  ["--trace-require-module", ["", "false", "all", "no-node-modules"], "invalid value for --trace-require-module"],
  ["--use-largepages", ["", "off", "on", "silent"], "invalid value for --use-largepages"],
];

/** @throws OptionError @param initial the values of an empty command line */
export function checkValues(values: OptionValues, initial: OptionValues): void {
  if (values["--debug"] || values["--debug-brk"])
    throw new OptionError(
      "[DEP0062]: `node --debug` and `node --debug-brk` are invalid. Please use `node --inspect` and `node --inspect-brk` instead.",
      EXIT_BAD_OPTION,
    );
  for (const [name, choices, message] of CHOICES)
    if (!choices.includes(String(values[name]))) throw new OptionError(message);
  checkNumbers(values);
  for (const [name, needed] of DEPENDENT)
    if (values[name] !== initial[name] && !values[needed]) throw new OptionError(`${name} must be used with ${needed}`);
  const [revert] = values["--security-revert"] as string[];
  if (revert !== undefined)
    throw new OptionError(`Error: Attempt to revert an unknown CVE [${revert}]`, EXIT_INVALID_ARGUMENT);
  for (const name of UNAVAILABLE)
    if (isGiven(values[name], initial[name])) throw new OptionError(`${name} is not available in this runtime`);
  for (const name of ["--permission", "--experimental-permission"])
    if (values[name]) throw new OptionError(`${name} is not available in this runtime: the host sets permissions`);
}

/** @throws OptionError for a flag of V8, without dashes, that would do nothing here. */
export function checkV8Flag(flag: string): void {
  if (UNAVAILABLE_V8.test(flag)) throw new OptionError(`--${flag} is not available in this runtime`);
}

const isGiven = (value: unknown, initial: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== initial;

function checkNumbers(values: OptionValues): void {
  const { port } = values["--inspect-port"] as { port: number };
  if (port !== 0 && !(port >= 1024 && port <= 65_535)) throw new OptionError("must be 0 or in range 1024 to 65535.");
  const heap = values["--secure-heap"] as number;
  if ((heap & (heap - 1)) !== 0) throw new OptionError("--secure-heap must be a power of 2");
  if ((values["--heapsnapshot-near-heap-limit"] as number) < 0)
    throw new OptionError("--heapsnapshot-near-heap-limit must not be negative");
  const percentage = String(values["--max-old-space-size-percentage"] ?? "");
  if (percentage !== "" && !(Number(percentage) > 0 && Number(percentage) <= 100))
    throw new OptionError(`--max-old-space-size-percentage must be greater than 0 and up to 100. Got: ${percentage}`);
  for (const place of String(values["--inspect-publish-uid"]).split(","))
    if (!["stderr", "http"].includes(place))
      throw new OptionError("--inspect-publish-uid destination can be stderr or http");
}
