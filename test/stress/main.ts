/** Many VMs, and the end of processes at any moment: long runs that `npm test` leaves out. */
import { parseArgs } from "node:util";
import { alive } from "./alive.ts";
import { churn } from "./churn.ts";
import { kills } from "./kills.ts";

const USAGE = `Puts the engine under stress and checks that nothing hangs and nothing is left behind.

  npm run stress -- [options]

  --alive <n>   VMs that live at once (500)
  --churn <n>   VMs that are created, used and disposed of in a row (5000)
  --kills <n>   times that a host, an engine process or a VM is killed at a random moment (200)

0 leaves a part out. The exit code is 1 if something was found.`;

const { values } = parseArgs({
  options: {
    alive: { type: "string", default: "500" },
    churn: { type: "string", default: "5000" },
    kills: { type: "string", default: "200" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit();
}

let failed = false;
for (const [name, part] of Object.entries({ alive, churn, kills })) {
  const count = Number(values[name as keyof typeof values]);
  if (count === 0) continue;
  try {
    console.log(`${name}: ${await part(count)}`);
  } catch (error) {
    failed = true;
    console.log(`${name}: FAILED ${(error as Error).stack}`);
  }
}
process.exit(failed ? 1 : 0);
