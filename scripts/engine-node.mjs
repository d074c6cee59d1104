// Runs a script by the pinned engine, which runs TypeScript as it is: node scripts/engine-node.mjs <script> [arguments]
import { spawnSync } from "node:child_process";
import { engineBinary } from "./engine-path.mjs";

const args = ["--disable-warning=ExperimentalWarning", ...process.argv.slice(2)];
const result = spawnSync(engineBinary(), args, { stdio: "inherit" });
if (result.error) throw result.error;
process.exit(result.status ?? 1);
