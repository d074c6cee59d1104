export type Pair<T> = [T, T];
export const twice = (n: number): number => n * 2;
