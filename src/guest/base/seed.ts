import { engine } from "./native.ts";

/** What the image builder reads off the real Node, so that none of it is written down here a second time. */
export interface Seed {
  versions: Record<string, string>;
  release: Record<string, unknown>;
  arch: string;
  /** That of the C library which Node was built against. */
  glibcVersion: string;
  /** JSON text of process.config. */
  config: string;
  /** `constants` binding. */
  constants: Record<string, any>;
  /** [name, value] of UV_* constants, and value → [name, message]. */
  uvConstants: Record<string, number>;
  uvErrors: Array<[number, [string, string]]>;
  /** `options` binding: defaults by name, and the description of each option and alias. */
  optionValues: Record<string, unknown>;
  optionInfo: Array<[string, { helpText: string; envVarSettings: number; type: number; defaultIsTrue: boolean }]>;
  optionAliases: Array<[string, string[]]>;
  optionTypes: Record<string, number>;
  /** Names of V8's own options, without dashes. */
  v8Options: string[];
  optionEnvSettings: Record<string, number>;
  embedderOptions: Record<string, unknown>;
  envOptionsInputType: Array<[string, string]>;
  /** Plain-value members (numbers, strings, arrays of strings) of bindings that are mostly constants. */
  bindingConstants: Record<string, Record<string, unknown>>;
  /** Static numbers of HTTPParser. */
  httpParserConstants: Record<string, number>;
  /** Messages of c-ares by status. */
  dnsErrors: string[];
  builtinCategories: Record<string, unknown>;
  /** Shapes of bindings that have no implementation here. */
  unavailable: Record<string, unknown>;
}

export const seed: Seed = JSON.parse(engine.seed);
