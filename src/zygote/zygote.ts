import type { WireWalls } from "../protocol/api.ts";
import type { Engine } from "../server/engine.ts";
import { report } from "../server/log.ts";
import { VmServer } from "../server/vm_server.ts";
import { rehearse } from "./rehearsal.ts";

export { rehearse };

/** Where the zygote hears its host, and where it answers: the launcher keeps the descriptor that Node passes for IPC. */
const REQUESTS_FD = 0;
const ANSWERS_FD = 3;

/** The first VM is somebody's who waits for the first result: the zygote leaves it the processor for a moment. */
const FIRST_PAUSE_MS = 40;
/** How long nothing must be asked for before the next step of warming up. */
const PAUSE_MS = 1;

/** Isolates, and realms in each, that every VM finds when the zygote is warm. */
const ISOLATES = 1;
const REALMS = 32;

/** What a zygote does in its first moments, one step whenever nobody asks for a VM, to make later VMs cheaper. */
const WARMING: readonly ((engine: Engine) => void)[] = [
  ...Array.from({ length: 8 }, () => rehearse),
  (engine) => {
    engine.prepareGuests(ISOLATES, REALMS, true);
    engine.guestsPrepared();
  },
  (engine) => engine.collectGarbage(),
  (engine) => {
    if (!engine.verifyImage()) throw new Error("The image is damaged: install the package again");
  },
  (engine) => engine.zygoteWarm(),
];

/**
 * Forks a VM for every request of the host, and serves it in the child.
 * @param timing milliseconds of the start by phase
 */
export function runZygote(engine: Engine, timing: Record<string, number>, phase: (name: string) => void): void {
  const placeholder = engine.zygotePlaceholder(REQUESTS_FD, ANSWERS_FD);
  const server = new VmServer(engine, placeholder, timing, () => engine.endVm());
  engine.guestsPrepared();
  phase("kernel");
  for (let step = 0; ; step++) {
    const idle = step === 0 ? FIRST_PAUSE_MS : step < WARMING.length ? PAUSE_MS : -1;
    const walls = engine.zygoteServe(idle);
    if (walls !== undefined) {
      return serveVm(engine, server, JSON.parse(walls) as WireWalls);
    }
    WARMING[step]!(engine);
    // The kernel of a rehearsal had taken the engine over.
    server.connect();
  }
}

/** In the child. It ends without Node's ceremony, which would wait for threads that the fork has left behind. */
function serveVm(engine: Engine, server: VmServer, walls: WireWalls): void {
  process.on("uncaughtException", (error) => report("A bug in the server of a VM", error));
  try {
    server.serve(walls);
  } catch (error) {
    report("The VM can't be served", error);
  }
  engine.endVm();
}
