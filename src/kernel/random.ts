/**
 * Strong random numbers. Loading Node's crypto would be a good part of a sidecar's start, so that waits for the first use.
 */
const crypto = (): typeof import("node:crypto") => process.getBuiltinModule("node:crypto");

/** Fills `dst`. */
export const randomFill = (dst: Uint8Array): void => void crypto().randomFillSync(dst);

/** An integer from 0 to max - 1. */
export const randomInt = (max: number): number => crypto().randomInt(max);

export const randomUUID = (): string => crypto().randomUUID();
