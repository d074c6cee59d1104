/** Calls `work` for every item, at most `jobs` at a time; `lane` (0 to jobs - 1) tells concurrent calls apart. */
export async function inParallel<T>(
  items: readonly T[],
  jobs: number,
  work: (item: T, lane: number) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const lanes = Array.from({ length: jobs }, async (_, lane) => {
    for (const item of queue) await work(item, lane);
  });
  await Promise.all(lanes);
}
