// run: {"nodeArgs": ["--experimental-transform-types", "--disable-warning=ExperimentalWarning"]}
// Transformed types come with source maps, which stack traces look at.
enum Colour {
  Red,
  Green = "green",
}

namespace Shades {
  export const dark: string = `dark ${Colour.Green}`;
}

class Point {
  constructor(
    public x: number,
    private readonly y: number,
  ) {}
  fail(): never {
    throw new RangeError(`${Shades.dark} ${this.x + this.y}`);
  }
}

console.log(Colour.Red, Colour[0], process.execArgv.length);
new Point(1, 2).fail();
