import type { Stats } from "./stats.ts";

/** One line of the table: the same thing done in a guest and by plain Node. */
export interface Figure {
  readonly name: string;
  readonly unit: "ms" | "µs" | "MB";
  readonly guest: Stats;
  readonly plain: Stats;
  /** What guest ÷ plain, or the guest's own figure, may be at most. */
  readonly target?: { readonly kind: "ratio" | "value"; readonly limit: number };
}

/** Whether a figure reaches its target; undefined if it has none. */
export function reaches({ guest, plain, target }: Figure): boolean | undefined {
  if (target === undefined) return undefined;
  return (target.kind === "ratio" ? guest.median / plain.median : guest.median) <= target.limit;
}

/** The figures as a table for people. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { name, unit, guest, plain, target } = figure;
    const reached = reaches(figure);
    return [
      name,
      `${number(guest.median)} ${unit}`,
      `${number(plain.median)} ${unit}`,
      `${number(guest.median / plain.median)} ×`,
      target === undefined ? "" : `≤ ${target.limit} ${target.kind === "ratio" ? "×" : unit}`,
      reached === undefined ? "" : reached ? "reached" : "missed",
    ];
  });
  const all = [["median of each", "guest", "plain Node", "ratio", "target", ""], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))))
    .map((cells) => cells.join("  ").trimEnd())
    .join("\n");
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
