import { once } from "node:events";
import { rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { Connection, type ConnectionOptions } from "../../src/protocol/connection.ts";
import { streamTransport } from "../../src/protocol/transport.ts";

let count = 0;

/** Two ends of a real socket. */
export async function socketPair(): Promise<[Socket, Socket]> {
  const path = `/tmp/secure-exec-protocol-${process.pid}-${count++}`;
  const server = createServer().listen(path);
  await once(server, "listening");
  const client = connect(path);
  const [accepted] = await once(server, "connection");
  server.close();
  rmSync(path, { force: true });
  return [client, accepted];
}

export type Handlers = Partial<Omit<ConnectionOptions, "side">>;

/** A host's and a VM's connection, talking to each other. */
export async function connectionPair(host: Handlers, vm: Handlers): Promise<[Connection, Connection]> {
  const [a, b] = await socketPair();
  const none = { onClose() {} };
  return [
    new Connection(streamTransport(a, a), { ...none, ...host, side: "host" }),
    new Connection(streamTransport(b, b), { ...none, ...vm, side: "vm" }),
  ];
}
