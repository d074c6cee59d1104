/**
 * Strong random numbers, straight from the system's generator: what Node's convenient functions draw in advance would be the
 * same in every fork of a process. Loading Node's crypto would be a good part of a start, so that waits for the first use.
 */
const crypto = () => process.getBuiltinModule("node:crypto");

/** Fills `dst`. */
export const randomFill = (dst: Uint8Array): void => void crypto().randomFillSync(dst);

/** An integer from 0 to max - 1; max is at most 256. */
export function randomInt(max: number): number {
  const byte = new Uint8Array(1);
  const end = 256 - (256 % max);
  do randomFill(byte);
  while (byte[0]! >= end);
  return byte[0]! % max;
}

export const randomUUID = (): string => crypto().randomUUID({ disableEntropyCache: true });
