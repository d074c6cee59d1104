import { build } from "esbuild";

/** The guest's program as one script. */
export async function bundleProgram(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [new URL("guest/main.ts", import.meta.url).pathname],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node22",
    external: ["node:*", "internal/*"],
  });
  return outputFiles[0]!.text;
}
