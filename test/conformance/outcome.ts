/** How a test file ended. A skip is never a pass: the file itself said that it tested nothing. */
export type Verdict = "pass" | "fail" | "skip" | "timeout" | "crash";

export interface Outcome {
  readonly verdict: Verdict;
  /** Undefined when the program did not end by itself. */
  readonly exitCode?: number;
  readonly ms: number;
  /** The line that says best why the file failed; absent on a pass. */
  readonly reason?: string;
}

/** What running a program left behind, in a guest or in the real engine. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly ms: number;
}

const SKIPPED = /^1\.\.0 # Skipped: ?(.*)$/m;

/** Judges a program by the rules of Node's own runner: exit code 0, unless it printed TAP's skip line. */
export function judge({ exitCode, stdout, stderr, timedOut, ms }: Ended): Outcome {
  const rounded = Math.round(ms);
  if (timedOut) return { verdict: "timeout", ms: rounded, reason: summarize(stderr) || "timed out" };
  if (exitCode !== 0) return { verdict: "fail", exitCode, ms: rounded, reason: summarize(stderr) || summarize(stdout) };
  const skipped = SKIPPED.exec(stdout);
  if (skipped) return { verdict: "skip", exitCode, ms: rounded, reason: skipped[1] ?? "" };
  return { verdict: "pass", exitCode, ms: rounded };
}

/** Picks the error's first line and the innermost frame out of what a failing program printed. */
function summarize(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  const error =
    lines.find((line) => /^(?:Uncaught )?(?:\w+ )?\[?\w*(?:Error|Exception)\b/.test(line)) ??
    lines.findLast((line) => line !== "") ??
    "";
  const frame = lines.find((line) => line.startsWith("at "));
  return (frame === undefined ? error : `${error} ${frame}`).slice(0, 300);
}
