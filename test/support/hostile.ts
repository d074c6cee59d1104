import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before } from "node:test";
import { type ExecResult, NodeRuntime, type NodeRuntimeProcess, type RunOptions, Sidecar } from "secure-exec";

/** A sidecar with a neighbour: a VM whose program was there before the attack and has to be there after it. */
export interface Battleground {
  readonly sidecar: Sidecar;
  /** Runs a hostile program in a VM of its own. */
  attack(code: string, options?: RunOptions): Promise<ExecResult>;
}

const NEIGHBOUR = `
  const kept = "state";
  process.stdin.setEncoding("utf8").on("data", (line) => process.stdout.write(kept + " " + line));
`;

/**
 * What attacks would kill the host if it were no guest that they run in. So nothing is attacked before a program has
 * shown that it does not see a folder that the host just made.
 */
async function assertIsolated(runtime: NodeRuntime): Promise<void> {
  const marker = mkdtempSync(join(tmpdir(), "host-marker-"));
  try {
    const { value } = await runtime.run(
      `import fs from "node:fs"; globalThis.__return(fs.existsSync(${JSON.stringify(marker)}) ? "host" : "guest");`,
    );
    assert.equal(value, "guest", "programs run in a guest, not on the host");
  } finally {
    rmSync(marker, { recursive: true });
  }
}

/**
 * Prepares one sidecar for the tests of a file. After each test the neighbour answers, in its old process, and the same
 * sidecar still makes new VMs.
 */
export function battleground(): Battleground {
  let sidecar: Sidecar;
  let neighbour: NodeRuntime;
  let witness: NodeRuntimeProcess;
  let answers: ReadableStreamDefaultReader<Uint8Array>;
  let isolated = false;

  before(async () => {
    sidecar = await Sidecar.create();
    neighbour = await NodeRuntime.create({ sidecar });
    await assertIsolated(neighbour);
    isolated = true;
    witness = await neighbour.spawn(NEIGHBOUR);
    answers = witness.stdout.getReader();
  });

  afterEach(async () => {
    await witness.writeStdin("after\n");
    const { value } = await answers.read();
    assert.equal(Buffer.from(value!).toString(), "state after\n", "the neighbour's program goes on");
    const { stdout } = await neighbour.exec("console.log(6 * 7)");
    assert.equal(stdout, "42\n", "the neighbour's VM runs another program");
    const fresh = await NodeRuntime.create({ sidecar });
    const { value: sum } = await fresh.run("globalThis.__return(1 + 1)");
    assert.equal(sum, 2, "the sidecar makes new VMs");
    await fresh.dispose();
  });

  after(async () => {
    await neighbour.dispose();
    await sidecar.dispose();
  });

  return {
    get sidecar() {
      return sidecar;
    },
    async attack(code, options) {
      assert.ok(isolated, "no attack without isolation");
      const runtime = await NodeRuntime.create({ sidecar });
      try {
        return await runtime.exec(code, options);
      } finally {
        await runtime.dispose();
      }
    },
  };
}
