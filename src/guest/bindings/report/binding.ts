/** process.report: diagnostic reports, which describe the process and the virtual machine that it runs on. */
import { O_CLOEXEC, O_CREAT, O_TRUNC, O_WRONLY } from "../../../abi/fcntl.ts";
import { SYS } from "../../../abi/syscalls.ts";
import { encodeUtf8 } from "../../base/encoding.ts";
import { syscall } from "../../base/native.ts";
import { writeStderr } from "../../fatal.ts";
import { getOptionValue } from "../options.ts";
import { type Occasion, reportContent } from "./content.ts";

const O_WRONLY_CREAT_TRUNC_CLOEXEC = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;

/** What a program set itself goes over the command line. */
const OPTIONS: Record<string, string> = {
  Compact: "--report-compact",
  ExcludeNetwork: "--report-exclude-network",
  ExcludeEnv: "--report-exclude-env",
  Directory: "--report-dir",
  Filename: "--report-filename",
  Signal: "--report-signal",
  FatalError: "--report-on-fatalerror",
  OnSignal: "--report-on-signal",
  UncaughtException: "--report-uncaught-exception",
};
const settings: Record<string, unknown> = Object.create(null);
const setting = (name: string): any => settings[name] ?? getOptionValue(OPTIONS[name]!);

let reports = 0;

function textOf(error: unknown, occasion: Omit<Occasion, "excludeEnv" | "excludeNetwork">): string {
  const content = reportContent(error, {
    ...occasion,
    excludeEnv: setting("ExcludeEnv"),
    excludeNetwork: setting("ExcludeNetwork"),
  });
  return setting("Compact") ? `${JSON.stringify(content)}\n` : `\n${JSON.stringify(content, null, 2)}\n`;
}

/** `report.20240101.120000.<pid>.0.001.json` */
function defaultName(): string {
  const now = new Date().toISOString();
  const date = now.slice(0, 10).replaceAll("-", "");
  const time = now.slice(11, 19).replaceAll(":", "");
  return `report.${date}.${time}.${syscall(SYS.getpid)}.0.${String(++reports).padStart(3, "0")}.json`;
}

/**
 * Writes a report to a file or, if that is its name, to stdout or stderr.
 * @param name undefined: what is set, else one made of the time and the pid
 * @returns the name; "" if the file cannot be written
 */
export function writeReport(event: string, trigger: string, name: string | undefined, error: unknown): string {
  const filename = name || setting("Filename") || defaultName();
  const bytes = encodeUtf8(textOf(error, { event, trigger, filename }));
  if (filename === "stdout" || filename === "stderr") {
    writeAll(filename === "stdout" ? 1 : 2, bytes);
    return filename;
  }
  const directory: string = setting("Directory");
  const path = directory === "" ? filename : `${directory}/${filename}`;
  const fd = syscall(SYS.open, path, O_WRONLY_CREAT_TRUNC_CLOEXEC, 0o666);
  if (fd < 0) {
    const place = directory === "" ? "" : ` directory: ${directory}`;
    writeStderr(`\nFailed to open Node.js report file: ${filename}${place} (errno: ${-fd})\n`);
    return "";
  }
  writeStderr(`\nWriting Node.js report to file: ${filename}`);
  writeAll(fd, bytes);
  syscall(SYS.close, fd);
  writeStderr("\nNode.js report completed\n");
  return filename;
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    const count = syscall(SYS.write, fd, bytes.subarray(at));
    if (count <= 0) return;
    at += count;
  }
}

/** For the end of an uncaught exception. */
export function reportUncaught(error: unknown): void {
  if (setting("UncaughtException")) writeReport("Exception", "Exception", undefined, error);
}

export function createReport(): object {
  const binding: Record<string, unknown> = {
    writeReport,
    getReport: (error: unknown) => textOf(error, { event: "JavaScript API", trigger: "GetReport", filename: null }),
  };
  for (const name of ["Compact", "ExcludeNetwork", "ExcludeEnv", "Directory", "Filename", "Signal"]) {
    binding[`get${name}`] = () => setting(name);
    binding[`set${name}`] = (value: unknown) => {
      settings[name] = value;
    };
  }
  for (const [name, key] of [
    ["FatalError", "FatalError"],
    ["Signal", "OnSignal"],
    ["UncaughtException", "UncaughtException"],
  ] as const) {
    binding[`shouldReportOn${name}`] = () => setting(key);
    binding[`setReportOn${name}`] = (value: unknown) => {
      settings[key] = Boolean(value);
    };
  }
  return binding;
}
