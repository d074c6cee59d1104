/** Summary of a series of samples, all in the samples' unit. */
export interface Stats {
  readonly n: number;
  readonly median: number;
  readonly p95: number;
  readonly min: number;
}

export function summarize(samples: readonly number[]): Stats {
  const sorted = [...samples].sort((a, b) => a - b);
  const n = sorted.length;
  return {
    n,
    median: (sorted[Math.floor((n - 1) / 2)]! + sorted[Math.ceil((n - 1) / 2)]!) / 2,
    p95: sorted[Math.ceil(0.95 * n) - 1]!,
    min: sorted[0]!,
  };
}

/** Milliseconds that a call took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Takes a guest and a plain sample in turn, so that a busy moment of the machine hits both. The first pair warms up. */
export async function interleave(
  count: number,
  guest: () => Promise<number>,
  plain: () => Promise<number>,
): Promise<{ guest: Stats; plain: Stats }> {
  const samples = { guest: [] as number[], plain: [] as number[] };
  for (let i = 0; i <= count; i++) {
    const pair = { guest: await guest(), plain: await plain() };
    if (i === 0) continue;
    samples.guest.push(pair.guest);
    samples.plain.push(pair.plain);
  }
  return { guest: summarize(samples.guest), plain: summarize(samples.plain) };
}
