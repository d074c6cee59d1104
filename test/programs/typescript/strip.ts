interface Point {
  x: number;
  readonly y?: number;
}
type Shape = "circle" | { kind: Point };
abstract class Base<T extends object> {
  protected abstract value: T;
  constructor(private_: string) {
    console.log(private_);
  }
  declare ignored: number;
}
class Derived extends Base<Point> implements Iterable<number> {
  override value: Point = { x: 1 } satisfies Point;
  *[Symbol.iterator](): Generator<number> {
    yield this.value.x!;
  }
  static method<const T>(this: void, argument?: T): argument is NonNullable<T> {
    return argument != null;
  }
}
declare function nowhere(): void;
import type { Readable } from "node:stream";
import { type Stats, statSync } from "node:fs";
const shape = { kind: { x: 2 } } as Shape;
const stats: Stats = statSync(import.meta.filename);
let stream: Readable | undefined;
console.log(
  [...new Derived("constructed")],
  Derived.method(0),
  shape,
  stats.isFile(),
  stream,
  "cast" as unknown as number,
);
function over(a: string): void;
function over(a: number): void;
function over(a: unknown): void {
  console.log(
    typeof a,
    new Error("x").stack
      ?.split("\n")[1]
      ?.trim()
      .replace(/\(?file:.*\//, ""),
  );
}
over(5);
