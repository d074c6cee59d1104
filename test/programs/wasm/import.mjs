// run: {"nodeArgs": ["--experimental-wasm-modules", "--no-warnings"]}
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

// (module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
const bytes = "0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b";
writeFileSync("add.wasm", Buffer.from(bytes, "hex"));
writeFileSync("empty.wasm", "");
console.log((await import(pathToFileURL("add.wasm"))).add(1, 2));
await import(pathToFileURL("empty.wasm")).catch(({ name, message }) => console.log(name, message));
