/** Node's command line: https://nodejs.org/api/cli.html, over the option descriptions of the real Node. */

import { seed } from "../base/seed.ts";
import { checkV8Flag, checkValues } from "./option_checks.ts";

export class OptionError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 9) {
    super(message);
    this.exitCode = exitCode;
  }
}

const types = seed.optionTypes;
const info = new Map(seed.optionInfo);
const aliases = new Map(seed.optionAliases);

export type OptionValues = Record<string, unknown>;

function defaults(): OptionValues {
  const values: OptionValues = Object.assign(Object.create(null), structuredCloneOf(seed.optionValues));
  return values;
}

function structuredCloneOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

function setBoolean(values: OptionValues, name: string, value: boolean): void {
  values[name] = value;
  values[`--no-${name.slice(2)}`] = !value;
}

function expandAlias(arg: string, following: readonly string[]): string[] | undefined {
  const hasArgument = following.length > 0 && !following[0]!.startsWith("-");
  const withArgument = hasArgument ? aliases.get(`${arg} <arg>`) : undefined;
  if (withArgument !== undefined) return withArgument;
  const direct = aliases.get(arg);
  if (direct !== undefined) return direct;
  const equals = equalsIn(arg);
  if (equals > 0) {
    const withValue = aliases.get(arg.slice(0, equals + 1));
    if (withValue !== undefined)
      return withValue.map((part, index) => (index === 0 && !part.includes("=") ? part + arg.slice(equals) : part));
    const plain = aliases.get(arg.slice(0, equals));
    if (plain !== undefined && plain.length === 1) return [plain[0]! + arg.slice(equals)];
  }
  return undefined;
}

function apply(values: OptionValues, name: string, type: number, value: string): void {
  switch (type) {
    case types.kInteger:
    case types.kUInteger:
      values[name] = Number.parseInt(value, 10) || 0;
      break;
    case types.kStringList:
      (values[name] as string[]).push(value);
      break;
    case types.kHostPort: {
      const colon = value.lastIndexOf(":");
      const current = values[name] as { host: string; port: number };
      values[name] = {
        host: colon >= 0 ? value.slice(0, colon) : current.host,
        port: Number(colon >= 0 ? value.slice(colon + 1) : value) || current.port,
      };
      break;
    }
    default:
      values[name] = value;
  }
}

export interface ParsedCommandLine {
  values: OptionValues;
  /** Options of V8 itself, without dashes, and their values. */
  v8Flags: Map<string, string>;
  /** The options, as given. */
  execArgv: string[];
  /** The script and what follows it. */
  rest: string[];
}

/**
 * Parses what follows `node` on a command line.
 * @param fromEnv the arguments come from NODE_OPTIONS: only options allowed there, no script
 * @throws OptionError with Node's message when an option is unknown or lacks its value
 */
export function parseCommandLine(args: readonly string[], values = defaults(), fromEnv = false): ParsedCommandLine {
  const queue = [...args];
  const execArgv: string[] = [];
  const v8Flags = new Map<string, string>();
  while (queue.length > 0) {
    const arg = queue[0]!;
    // In NODE_OPTIONS, what follows the options is ignored.
    if (arg === "-" || !arg.startsWith("-")) break;
    queue.shift();
    if (arg === "--" && !fromEnv) break;
    execArgv.push(arg);
    applyOption(values, arg, queue, execArgv, fromEnv, v8Flags);
  }
  imply(values);
  checkValues(values, defaults());
  return { values, v8Flags, execArgv, rest: queue };
}

function applyOption(
  values: OptionValues,
  given: string,
  queue: string[],
  execArgv: string[],
  fromEnv: boolean,
  v8Flags: Map<string, string>,
  written = given,
): void {
  const expansion = expandAlias(given, queue);
  if (expansion !== undefined && expansion[0] !== given) {
    const parts = [...expansion];
    while (parts.length > 0) {
      const part = parts.shift()!;
      // The last part takes its value from the command line, the others from the alias.
      if (parts.length > 0) applyOption(values, part, parts, [], fromEnv, v8Flags, written);
      else applyOption(values, part, queue, execArgv, fromEnv, v8Flags, written);
    }
    return;
  }
  const equals = equalsIn(given);
  let name = (equals > 0 ? given.slice(0, equals) : given).replaceAll("_", "-");
  let value = equals > 0 ? given.slice(equals + 1) : undefined;
  let negated = false;
  let description = info.get(name);
  if (description === undefined && name.startsWith("--no-")) {
    negated = true;
    name = `--${name.slice(5)}`;
    description = info.get(name);
  }
  if (description === undefined) {
    const flag = v8FlagName(name);
    if (fromEnv) throw notAllowed(written);
    if (flag === undefined) throw new OptionError(`bad option: ${given}`);
    checkV8Flag(flag);
    v8Flags.set(flag, value ?? "");
    return;
  }
  if (fromEnv && description.envVarSettings !== seed.optionEnvSettings.kAllowedInEnvvar) throw notAllowed(written);
  const { type } = description;
  if (type === types.kV8Option) {
    const flag = v8FlagName(name) ?? name.slice(2);
    checkV8Flag(flag);
    v8Flags.set(flag, value ?? "");
  }
  if (type === types.kNoOp || type === types.kV8Option) return;
  if (type === types.kBoolean) {
    setBoolean(values, name, !negated);
    return;
  }
  if (negated) throw new OptionError(`${given} is an invalid negation because it is not a boolean option`);
  if (value === undefined) {
    if (queue.length === 0 || (queue[0]!.startsWith("-") && queue[0]!.length > 1))
      throw new OptionError(`${written} requires an argument`);
    value = queue.shift()!;
    execArgv.push(value);
  }
  apply(values, name, type, value);
}

/** Where the value of an option begins; only those with two dashes have one. */
const equalsIn = (arg: string): number => (arg.startsWith("--") ? arg.indexOf("=") : -1);

/** Tells the option as it was written, without its value. */
function notAllowed(written: string): OptionError {
  const equals = equalsIn(written);
  return new OptionError(`${equals > 0 ? written.slice(0, equals + 1) : written} is not allowed in NODE_OPTIONS`);
}

const v8Options = new Set(seed.v8Options);

/**
 * The name of an option that V8 itself knows, without dashes. They belong to the whole engine and cannot differ between
 * guests: what start() does not apply has no effect.
 */
export function v8FlagName(option: string): string | undefined {
  const name = option.replace(/^--?/, "");
  const negated = name.replace(/^no-?/, "");
  return v8Options.has(name) ? name : v8Options.has(negated) ? `no-${negated}` : undefined;
}

/** Splits NODE_OPTIONS at spaces outside of double quotes, in which a backslash takes the next character as it is. */
export function splitNodeOptions(text: string): string[] {
  const args: string[] = [];
  let quoted = false;
  let inArgument = false;
  for (let at = 0; at < text.length; at++) {
    let char = text[at]!;
    if (char === "\\" && quoted) {
      if (at + 1 === text.length) throw new OptionError("invalid value for NODE_OPTIONS (invalid escape)\n");
      char = text[++at]!;
    } else if (char === " " && !quoted) {
      inArgument = false;
      continue;
    } else if (char === '"') {
      quoted = !quoted;
      continue;
    }
    if (inArgument) args[args.length - 1] += char;
    else args.push(char);
    inArgument = true;
  }
  if (quoted) throw new OptionError("invalid value for NODE_OPTIONS (unterminated string)\n");
  return args;
}

/** What one option switches on besides itself. */
function imply(values: OptionValues): void {
  if (values["--print"] && values["--eval"] === "") values["--eval"] = "undefined";
  values["[has_eval_string]"] = values["--eval"] !== "" || Boolean(values["[has_eval_string]"]);
  if (values["--report-signal"] !== "SIGUSR2") setBoolean(values, "--report-on-signal", true);
  if (!values["--experimental-transform-types"]) return;
  setBoolean(values, "--experimental-strip-types", true);
  setBoolean(values, "--enable-source-maps", true);
}
