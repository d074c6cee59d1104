// Builds up live VMs or live processes of one VM and prints, as JSON, the memory of the engine's processes at each step.
import { NodeRuntime } from "secure-exec";
import { descendants, proportionalMb } from "./resident.ts";

const [kind, ...steps] = process.argv.slice(2);

const PROGRAM = `console.log("up"); setInterval(() => {}, 1e6);`;

async function startLive(runtime: NodeRuntime): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    runtime.spawn(PROGRAM, { onStdout: () => resolve() }).catch(reject);
  });
}

async function settled(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return descendants(process.pid).reduce((sum, pid) => sum + proportionalMb(pid), 0);
}

const shared = await NodeRuntime.create({ limits: { processes: 1000 } });
await shared.exec("0");
const points = [{ count: 0, mb: await settled() }];
let count = 0;
for (const step of steps.map(Number)) {
  for (; count < step; count++) await startLive(kind === "processes" ? shared : await NodeRuntime.create());
  points.push({ count, mb: await settled() });
}
process.stdout.write(JSON.stringify(points), () => process.exit());
