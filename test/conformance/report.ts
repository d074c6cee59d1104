import type { Outcome } from "./outcome.ts";
import { moduleOf } from "./suite.ts";

/** Both sides of one file. */
export interface Compared {
  readonly name: string;
  readonly guest: Outcome | undefined;
  readonly real: Outcome | undefined;
}

interface Tally {
  passed: number;
  realPassed: number;
  skipped: number;
  files: number;
}

/** The table: a line a module, and the sum. "Passed" counts only files that real Node passes too. */
export function table(results: readonly Compared[]): string {
  const modules = new Map<string, Tally>();
  const sum: Tally = { passed: 0, realPassed: 0, skipped: 0, files: 0 };
  for (const { name, guest, real } of results) {
    const module = moduleOf(name);
    const tally = modules.get(module) ?? { passed: 0, realPassed: 0, skipped: 0, files: 0 };
    modules.set(module, tally);
    for (const each of [tally, sum]) {
      each.files++;
      if (real?.verdict === "pass") each.realPassed++;
      if (real?.verdict === "pass" && guest?.verdict === "pass") each.passed++;
      if (guest?.verdict === "skip") each.skipped++;
    }
  }
  const row = (module: string, { passed, realPassed, skipped, files }: Tally) =>
    [module.padEnd(24), passed, realPassed, skipped, files, share(passed, realPassed)]
      .map((cell, column) => (column === 0 ? cell : String(cell).padStart(10)))
      .join("");
  const header = ["module".padEnd(24), "passed", "real Node", "skipped", "files", "share"]
    .map((cell, column) => (column === 0 ? cell : cell.padStart(10)))
    .join("");
  const rows = [...modules].sort(([a], [b]) => (a < b ? -1 : 1)).map(([module, tally]) => row(module, tally));
  return [header, ...rows, row("all", sum)].join("\n");
}

function share(part: number, whole: number): string {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`;
}

/** The commonest reasons of files that real Node passes and the guest does not, most frequent first. */
export function reasons(results: readonly Compared[], limit: number): string {
  const groups = new Map<string, string[]>();
  for (const { name, guest, real } of results) {
    if (real?.verdict !== "pass" || guest === undefined || guest.verdict === "pass") continue;
    const reason = `${guest.verdict}: ${guest.reason ?? `exit ${guest.exitCode}`}`
      .replace(/\(?(?:file:\/\/)?\/\S+\)?/g, "…")
      .slice(0, 140);
    groups.set(reason, [...(groups.get(reason) ?? []), name]);
  }
  return [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, limit)
    .map(([reason, names]) => `${String(names.length).padStart(5)}  ${reason}  (${names[0]})`)
    .join("\n");
}

/** What changed since an earlier run, a line a file. */
export function changes(earlier: Readonly<Record<string, Outcome>>, results: readonly Compared[]): string {
  const lines = results.flatMap(({ name, guest }) => {
    const before = earlier[name]?.verdict;
    if (guest === undefined || before === undefined || before === guest.verdict) return [];
    return [`${guest.verdict === "pass" ? "+" : "-"} ${name}: ${before} → ${guest.verdict}`];
  });
  const gained = lines.filter((line) => line.startsWith("+")).length;
  return [`${gained} files pass now, ${lines.length - gained} others changed:`, ...lines.sort()].join("\n");
}
