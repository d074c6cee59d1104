// A host program as small as can be: a fresh process, one VM, one result.
import { NodeRuntime } from "secure-exec";

const runtime = await NodeRuntime.create();
const { stdout } = await runtime.exec("console.log(1)");
process.stdout.write(stdout);
await runtime.dispose();
