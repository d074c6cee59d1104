/** The life of a process: boot from execinfo, run its program, turn the loop, exit. Called once a process. */

import type { ExecInfo } from "../abi/exec_info.ts";
import { RLIMIT_NOFILE } from "../abi/resource.ts";
import { SIG_IGN, SIGPIPE } from "../abi/signal.ts";
import { SYS } from "../abi/syscalls.ts";
import { exitGroup } from "./base/exit.ts";
import { drive, EMPTY, isAlive, loopSteps, nativeImmediates, type Steps, updateTime } from "./base/loop/loop.ts";
import { type Callback, engine, syscall } from "./base/native.ts";
import { limitHeaderSize } from "./bindings/http_parser.ts";
import { setOptionValues } from "./bindings/options.ts";
import { startPerformanceClock } from "./bindings/performance.ts";
import { withEnvFiles } from "./command_line/env_files.ts";
import { OptionError, type OptionValues, parseCommandLine, splitNodeOptions } from "./command_line/options.ts";
import { applyLanguageOptions } from "./command_line/v8_flags.ts";
import { writeStderr } from "./fatal.ts";
import { type Realm, runScript } from "./node22/realm.ts";
import { adoptExecInfo } from "./process.ts";
import { runEntry } from "./programs/entry.ts";
import { returnDefaultResult } from "./programs/result.ts";

const kExiting = 0;
const kExitCode = 1;
const kHasExitCode = 2;
/** Node's ExitCode::kUnsettledTopLevelAwait. */
const EXIT_UNSETTLED_TOP_LEVEL_AWAIT = 13;

/** The async id of the main program, as Node's C++ sets it (LoadEnvironment). */
const MAIN_ASYNC_ID = 1;

/** Starts the process; returns what the engine calls for each callback of its life. */
export function start(realm: Realm): (last: number | undefined) => Callback | undefined {
  const info: ExecInfo = syscall(SYS.execinfo);
  const values = readCommandLine(info);
  setOptionValues(values);
  adoptExecInfo(realm.process, info);
  // As Node does: a broken pipe is an error of the write, not the end of the process.
  syscall(SYS.rt_sigaction, SIGPIPE, SIG_IGN);
  raiseDescriptorLimit();
  limitHeaders(realm, values["--max-http-header-size"] as number);
  startPerformanceClock(realm.internalBinding("performance"));
  updateTime();
  return drive(life(realm, info, values));
}

/** As Node does: the soft limit is there for programs that use select(2). */
function raiseDescriptorLimit(): void {
  const [soft, hard] = syscall(SYS.prlimit64, 0, RLIMIT_NOFILE);
  if (soft < hard) syscall(SYS.prlimit64, 0, RLIMIT_NOFILE, hard, hard);
}

const DEFAULT_MAX_HEADER_SIZE = 16 * 1024;

function limitHeaders(realm: Realm, bytes: number): void {
  if (bytes === DEFAULT_MAX_HEADER_SIZE) return;
  realm.internalBinding("http_parser");
  limitHeaderSize(bytes);
}

function* life(realm: Realm, info: ExecInfo, values: OptionValues): Steps {
  const main = () => {
    runMain(realm, info, values);
    return 0;
  };
  const returned = yield [{}, main, MAIN_ASYNC_ID, 0];
  // When the program's own turn ended in an exception that a handler took, its ticks have not run.
  if (returned === undefined) yield EMPTY;
  yield* spinLoop(realm);
}

function readCommandLine(info: { argv: any; execArgv: any; entry: unknown; env: ExecInfo["env"] }): OptionValues {
  const [argv0 = "node", ...args] = info.argv as string[];
  try {
    info.env = withEnvFiles([...info.execArgv, ...(info.entry === null ? args : [])], info.env);
    const nodeOptions = info.env.find(([key]) => key === "NODE_OPTIONS")?.[1] ?? "";
    const fromEnv = parseCommandLine(splitNodeOptions(nodeOptions), undefined, true);
    const parsed = parseCommandLine([...info.execArgv, ...(info.entry === null ? args : [])], fromEnv.values);
    info.execArgv = parsed.execArgv;
    info.argv = [argv0, ...parsed.rest, ...(info.entry === null ? [] : args)];
    applyLanguageOptions(new Map([...fromEnv.v8Flags, ...parsed.v8Flags]), parsed.values);
    return parsed.values;
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    writeStderr(`${argv0}: ${error.message}\n`);
    exitGroup(error.exitCode);
  }
}

function runMain(realm: Realm, info: ExecInfo, values: OptionValues): void {
  if (info.entry !== null) runEntry(realm, info.entry);
  else if (values["--version"]) printVersion(realm.process.version);
  else runLibraryProgram(realm, info, values);
}

function runLibraryProgram(realm: Realm, info: ExecInfo, values: OptionValues): void {
  if (values["--entry-url"]) realm.require("internal/util").emitExperimentalWarning("--entry-url");
  runScript(realm, `internal/main/${mainScript(info.argv[1], values)}`);
}

function printVersion(version: string): never {
  syscall(
    SYS.write,
    1,
    Uint8Array.from(`${version}\n`, (char) => char.charCodeAt(0)),
  );
  exitGroup(0);
}

/** Picks the library's program as Node's C++ does (StartExecution). */
function mainScript(script: string | undefined, values: OptionValues): string {
  if (values["--help"]) return "print_help";
  if (values["--check"]) return "check_syntax";
  if (values["--test"]) return "test_runner";
  if (values["[has_eval_string]"] && !values["--interactive"]) return "eval_string";
  if (script !== undefined && script !== "-") return "run_main_module";
  if (values["--interactive"] || syscall(SYS.isatty, 0) === true) return "repl";
  return "eval_stdin";
}

/** Node's SpinEventLoop: turns the loop, offers beforeExit as long as that brings new work, then exits. */
function* spinLoop(realm: Realm): Steps {
  const { process, internalBinding } = realm;
  const { exit_info_private_symbol: exitInfo, ...symbols } = internalBinding("util").privateSymbols;
  const fields: Int32Array = process[exitInfo];
  const emit = (event: string, code: number): Callback =>
    typeof process.emit === "function" ? [process, process.emit, 0, 0, event, code] : EMPTY;
  const exitCode = (otherwise = 0) => (fields[kHasExitCode] ? fields[kExitCode]! : otherwise);
  const performance = internalBinding("performance");
  const { NODE_PERFORMANCE_MILESTONE_LOOP_START: loopStart, NODE_PERFORMANCE_MILESTONE_LOOP_EXIT: loopExit } =
    performance.constants;
  performance.markMilestone(loopStart);
  for (;;) {
    yield* loopSteps();
    // What V8 stopped within a callback ends here: the loop no longer turns, and the thread has to come to its end.
    if (engine.isTerminating()) return;
    if (isAlive()) continue;
    yield* nativeImmediates();
    yield emit("beforeExit", exitCode());
    if (!isAlive()) break;
  }
  const unsettled = isPending(realm, (globalThis as any)[symbols.entry_point_promise_private_symbol]);
  const otherwise = unsettled ? EXIT_UNSETTLED_TOP_LEVEL_AWAIT : 0;
  performance.markMilestone(loopExit);
  yield [{}, returnDefaultResult, 0, 0];
  fields[kExiting] = 1;
  yield emit("exit", exitCode(otherwise));
  if (unsettled && exitCode(otherwise) === EXIT_UNSETTLED_TOP_LEVEL_AWAIT) {
    const places = engine.stalledTopLevelAwaits((globalThis as any)[symbols.entry_point_module_private_symbol]);
    for (const place of places) writeStderr(`Warning: Detected unsettled top-level await at ${place}\n\n\n`);
  }
  exitGroup(exitCode(otherwise));
}

function isPending({ internalBinding }: Realm, value: unknown): boolean {
  const { getPromiseDetails, constants } = internalBinding("util");
  return value instanceof Promise && getPromiseDetails(value)[0] === constants.kPending;
}
