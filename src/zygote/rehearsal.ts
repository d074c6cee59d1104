import { Socket } from "node:net";
import type { ProcessStarted, RunProcess } from "../protocol/api.ts";
import { Connection } from "../protocol/connection.ts";
import { streamTransport } from "../protocol/transport.ts";
import type { Engine } from "../server/engine.ts";
import { VmServer } from "../server/vm_server.ts";

/** What most programs do, so that the code for it is compiled and its memory is there when the zygote is forked. */
const PROGRAM = `
  import fs from "node:fs";
  console.log("text", { a: [1, "b"] });
  fs.writeFileSync("file.json", JSON.stringify({ a: 1 }));
  fs.readFileSync("file.json", "utf8");
  fs.statSync("file.json");
  require("./file.json");
  await fs.promises.readFile("file.json");
  Buffer.from("text").toString("base64");
  process.nextTick(() => {});
  setImmediate(() => {});
  await new Promise((resolve) => setTimeout(resolve, 1));
  globalThis.__return({ a: 1 });
`;

/**
 * Creates a VM in this process, lets it run programs, and drops it: what a VM's process does, in the zygote, with the host's
 * part in it.
 */
export function rehearse(engine: Engine): void {
  const [near, far] = engine.socketPair();
  let open = 2;
  // A descriptor that libuv still watched would be in the way of a fork.
  const closed = () => {
    if (--open === 0) engine.stop();
  };
  const server = new VmServer(engine, far, {}, closed);
  const socket = new Socket({ fd: near, readable: true, writable: true }).once("close", closed);
  const connection = new Connection(streamTransport(socket, socket), {
    side: "host",
    onEvent: (_name, { stdout, stderr }: ProcessStarted) => {
      for (const stream of [stdout, stderr]) void connection.acceptStream(stream).readAll(Infinity);
    },
    onClose() {},
  });
  void act(connection)
    .finally(() => server.end())
    .finally(() => connection.close());
  server.serve({});
}

async function act(connection: Connection): Promise<void> {
  const limits = {};
  await connection.request("vm.create", { env: {}, cwd: "/home/user", files: [], limits, nodeVersion: "22.0.0" });
  for (const source of ["1", PROGRAM]) {
    const run: RunProcess = {
      process: 1,
      program: { kind: "source", source, language: "js", format: "auto", filename: null },
      argv0: "node",
      execArgv: [],
      args: [],
      env: {},
      cwd: null,
      stdin: null,
      outputLimit: 1,
      timeoutMs: 5000,
      limits,
      inputs: null,
      wantsValue: true,
    };
    await connection.request("process.run", run);
  }
}
