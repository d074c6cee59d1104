import assert from "node:assert/strict";
import { test } from "node:test";
import { withRuntime } from "../support/with_runtime.ts";

/** Programs of guests are an ordinary user's; those of the real Node on a test machine may be root's. */
test("calls that only root may make are refused as Node refuses them to a user", async () => {
  const program = `
    const calls = [
      () => process.setuid(0),
      () => process.setegid("root"),
      () => process.setgroups([0]),
      () => process.initgroups("nobody-knows-it", 0),
      () => process.initgroups("nobody-knows-it", "nobody-knows-it"),
      () => process.initgroups(4242, "root"),
    ];
    for (const call of calls) {
      try {
        console.log(call());
      } catch ({ message, code, errno, syscall }) {
        console.log(message, code, errno, syscall);
      }
    }`;
  const { stdout } = await withRuntime({}, (runtime) => runtime.exec(program));
  assert.deepEqual(stdout.trim().split("\n"), [
    "EPERM, Operation not permitted EPERM 1 setuid",
    "EPERM, Operation not permitted EPERM 1 setegid",
    "EPERM, Operation not permitted EPERM 1 setgroups",
    "EPERM, Operation not permitted EPERM 1 initgroups",
    "Group identifier does not exist: nobody-knows-it ERR_UNKNOWN_CREDENTIAL undefined undefined",
    "User identifier does not exist: 4242 ERR_UNKNOWN_CREDENTIAL undefined undefined",
  ]);
});
