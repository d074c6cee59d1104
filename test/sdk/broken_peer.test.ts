// What the host makes of a VM whose engine is no longer its own: answers of the wrong form, and of none.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { encodeFrame, FrameDecoder } from "../../src/protocol/frame.ts";
import { PROTOCOL_VERSION } from "../../src/protocol/messages.ts";
import { streamTransport } from "../../src/protocol/transport.ts";
import { Client } from "../../src/sdk/client.ts";
import { GuestRun } from "../../src/sdk/guest_run.ts";
import { runSettings } from "../../src/sdk/options.ts";
import type { VmProcess } from "../../src/sdk/zygote_process.ts";
import { socketPair } from "../protocol/pair.ts";

type Frame = Record<string, unknown>;

/** A client whose other side answers each request with the frames that `answer` makes. */
async function clientOf(answer: (request: { id: number; params: any }) => Frame[]): Promise<Client> {
  const [ours, theirs] = await socketPair();
  after(() => theirs.destroy());
  const decoder = new FrameDecoder();
  theirs.write(encodeFrame({ type: "hello", protocol: PROTOCOL_VERSION }));
  theirs.on("data", (chunk) => {
    for (const message of decoder.push(chunk) as Iterable<any>) {
      if (message.type === "request") for (const frame of answer(message)) theirs.write(encodeFrame(frame));
    }
  });
  const nothing = () => {};
  const vm: VmProcess = {
    transport: streamTransport(ours, ours),
    pid: 1,
    isFirst: false,
    end: undefined,
    ended: new Promise(nothing),
    kill: nothing,
    ref: nothing,
    unref: nothing,
  };
  return Client.connect(Promise.resolve(vm));
}

/** That a call ends at once, with the reason; and that nothing more is asked of this VM. */
async function assertGivenUp(client: Client, call: Promise<unknown>): Promise<void> {
  await assert.rejects(call, (error: any) => {
    const reason = error.name === "ProtocolError" ? error : error.cause;
    assert.equal(reason?.code, "ERR_PROTOCOL", String(error.stack));
    return true;
  });
  assert.equal(client.usable, false);
}

const stat = { type: "file", size: 1, mode: 1, uid: 1, gid: 1, ino: 1, nlink: 1 };
const MALFORMED: [string, Parameters<Client["call"]>[0], unknown][] = [
  ["no timing", "vm.create", { walls: {} }],
  ["walls of another form", "vm.create", { timing: {}, walls: { seccomp: "yes" } }],
  ["timing that is no number", "vm.create", { timing: { vm: "long" }, walls: {} }],
  ["an answer where there is none", "fs.mkdir", "done"],
  ["a content that is no bytes", "fs.readFile", "text"],
  ["a content with the id of one's own stream", "fs.readFile", 2],
  ["a content with a negative id", "fs.readFile", -1],
  ["names that are no array", "fs.readdir", { length: 3 }],
  ["names that are no strings", "fs.readdir", ["a", 5]],
  ["existence by a number", "fs.exists", 1],
  ["a stat without times", "fs.stat", stat],
  ["a stat that is null", "fs.stat", null],
];
for (const [what, method, result] of MALFORMED) {
  test(`${what} is not believed`, async () => {
    const client = await clientOf(({ id }) => [{ type: "response", id, result }]);
    const call = client.call(method, {} as never, (answer: any) =>
      method === "fs.readFile" ? client.streams.receivePayload(answer, 100) : answer,
    );
    await assertGivenUp(client, call);
  });
}

const started = (process: number) => ({ process, pid: 3, stdout: 1, stderr: 3 });
const begin = (params: unknown): Frame => ({ type: "event", name: "process.started", params });
const end = (id: number, changes: Frame = {}): Frame => ({
  type: "response",
  id,
  result: { exitCode: 0, signal: null, value: null, truncated: false, ...changes },
});
const BROKEN_RUNS: [string, (id: number, process: number) => Frame[]][] = [
  ["ends and never started", (id) => [end(id)]],
  ["starts without a stream", (id, process) => [begin({ ...started(process), stderr: undefined }), end(id)]],
  ["starts without anything", (id) => [begin(null), end(id)]],
  ["has one stream for both outputs", (id, process) => [begin({ ...started(process), stderr: 1 }), end(id)]],
  ["writes to a stream of the host's", (id, process) => [begin({ ...started(process), stdout: 2 }), end(id)]],
  ["ends with a text for an exit code", (id, process) => [begin(started(process)), end(id, { exitCode: "0" })]],
  ["ends with a large exit code", (id, process) => [begin(started(process)), end(id, { exitCode: 2 ** 40 })]],
  ["ends without an exit code", (id, process) => [begin(started(process)), end(id, { exitCode: undefined })]],
  ["returns a value that is no bytes", (id, process) => [begin(started(process)), end(id, { value: [1] })]],
  ["returns a value by an output's stream", (id, process) => [begin(started(process)), end(id, { value: 1 })]],
  ["answers with nothing", (id, process) => [begin(started(process)), { type: "response", id }]],
  [
    "answers with an error that is none",
    (id, process) => [begin(started(process)), { type: "response", id, error: 5 }],
  ],
];
for (const [what, frames] of BROKEN_RUNS) {
  test(`a program that ${what} is given up`, async () => {
    const client = await clientOf(({ id, params }) => frames(id, params.process));
    const program = { kind: "source", source: "", language: "js", format: "auto", filename: null } as const;
    const run = new GuestRun(client, { program, call: "run", outputBytes: 100 }, runSettings({}));
    await assertGivenUp(client, run.ended);
  });
}
