import { Socket } from "node:net";
import { createRootFilesystem } from "../kernel/fs/rootfs.ts";
import { Kernel } from "../kernel/kernel.ts";
import { SYSCALLS } from "../kernel/syscalls/index.ts";
import type { WireWalls } from "../protocol/api.ts";
import { streamTransport, type Transport } from "../protocol/transport.ts";
import type { Engine } from "./engine.ts";
import { EngineHost } from "./engine_host.ts";
import { Session } from "./session.ts";
import { traceSyscalls } from "./strace.ts";

/** The server of one VM: kernel, connection and session, made before the fork and put to work in the child. */
export class VmServer {
  readonly #host: EngineHost;
  readonly #kernel: Kernel;
  readonly #session: Session;
  readonly #transport: HeldTransport;

  /**
   * @param fd the connection to the host
   * @param timing milliseconds of the zygote's start by phase, told to the host with the VM
   * @param onClose the host is gone, and the descriptor closed
   */
  constructor(engine: Engine, fd: number, timing: Record<string, number>, onClose: () => void) {
    this.#host = new EngineHost(engine);
    const kernel = new Kernel(this.#host, SYSCALLS, createRootFilesystem);
    this.#kernel = kernel;
    this.connect();
    const socket = new Socket({ fd, readable: true, writable: true });
    this.#transport = new HeldTransport(streamTransport(socket, socket));
    this.#session = new Session(kernel, this.#transport, timing, () => socket.destroy());
    socket.once("close", onClose);
  }

  /** Connects kernel and engine: again after another kernel had the engine. */
  connect(): void {
    this.#host.boot(this.#kernel);
  }

  /** Serves the host until the engine is stopped. */
  serve(walls: WireWalls): void {
    this.#session.walls = walls;
    const trace = process.env.SECURE_EXEC_STRACE;
    if (trace) traceSyscalls(this.#kernel, trace);
    this.#transport.release();
    this.#host.serve();
  }

  /** Ends the VM, if one was created: all its threads. */
  async end(): Promise<void> {
    const { vm } = this.#kernel;
    if (vm) await new Promise<void>((resolve) => vm.destroy(resolve));
  }
}

/** Keeps what is sent before the fork, when there is no host yet. */
class HeldTransport implements Transport {
  readonly #transport: Transport;
  #held: Uint8Array[] | null = [];

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  send(bytes: Uint8Array): void {
    if (this.#held) this.#held.push(bytes);
    else this.#transport.send(bytes);
  }

  /** Sends what was kept, and all else at once from now on. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const bytes of held) this.#transport.send(bytes);
  }

  receive(listener: Parameters<Transport["receive"]>[0]): void {
    this.#transport.receive(listener);
  }

  close(): void {
    this.#transport.close();
  }

  ref(): void {
    this.#transport.ref();
  }

  unref(): void {
    this.#transport.unref();
  }
}
