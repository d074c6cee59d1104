import { NodeRuntime, type NodeRuntimeOptions } from "secure-exec";

/** Creates a VM, lends it to `use` and disposes of it, whatever happens. */
export async function withRuntime<T>(
  options: NodeRuntimeOptions,
  use: (runtime: NodeRuntime) => Promise<T>,
): Promise<T> {
  const runtime = await NodeRuntime.create(options);
  try {
    return await use(runtime);
  } finally {
    await runtime.dispose();
  }
}
