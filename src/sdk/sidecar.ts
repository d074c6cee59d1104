import { Client } from "./client.ts";
import { sidecarDisposed } from "./errors.ts";

/** How long the shared sidecar outlives its last runtime, in milliseconds. */
const IDLE_GRACE_MS = 10_000;

let access: (sidecar: Sidecar) => Promise<Client>;

/**
 * An engine process of one's own, for the runtimes that are created with it:
 * `NodeRuntime.create({ sidecar: await Sidecar.create() })`. It ends with dispose(), or with the host process.
 */
export class Sidecar {
  readonly #client: Client;
  #disposed = false;

  private constructor(client: Client) {
    this.#client = client;
  }

  static {
    access = async (sidecar) => {
      if (sidecar.#disposed) throw sidecarDisposed();
      return sidecar.#client;
    };
  }

  /** Starts an engine process. @throws Error (ERR_UNSUPPORTED_PLATFORM) where there is no engine. */
  static async create(): Promise<Sidecar> {
    return new Sidecar(await Client.start());
  }

  /** The process id on the host. */
  get pid(): number | undefined {
    return this.#client.pid;
  }

  /** Ends the process and all that runs in it. Idempotent. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#client.shutDown();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}

/** A runtime's share in a sidecar. `release` gives it back. */
export interface Lease {
  readonly client: Client;
  release(): Promise<void>;
}

/** Starts or finds the sidecar that a runtime asks for. */
export async function leaseSidecar(choice: "shared" | "dedicated" | Sidecar): Promise<Lease> {
  if (choice === "shared") return leaseShared();
  if (choice === "dedicated") {
    const client = await Client.start();
    return { client, release: () => client.shutDown() };
  }
  return { client: await access(choice), release: async () => {} };
}

/** The sidecar of all runtimes that ask for no other; replaced when it was lost. */
let shared: { client: Promise<Client>; leases: number; idle?: NodeJS.Timeout } | undefined;

async function leaseShared(): Promise<Lease> {
  const current = shared;
  if (current && !(await current.client).usable && shared === current) shared = undefined;
  shared ??= { client: Client.start(), leases: 0 };
  const mine = shared;
  clearTimeout(mine.idle);
  mine.leases++;
  const release = async () => {
    if (--mine.leases > 0) return;
    mine.idle = setTimeout(() => {
      if (shared === mine) shared = undefined;
      void mine.client.then((client) => client.shutDown());
    }, IDLE_GRACE_MS).unref();
  };
  try {
    return { client: await mine.client, release };
  } catch (error) {
    mine.leases--;
    if (shared === mine) shared = undefined;
    throw error;
  }
}
