import { seed } from "../base/seed.ts";
import { type OptionValues, parseCommandLine } from "../command_line/options.ts";

let values: OptionValues = parseCommandLine([]).values;

/** The command line of this process, known once it starts. */
export function setOptionValues(parsed: OptionValues): void {
  values = parsed;
}

export function getOptionValue(name: string): unknown {
  return values[name];
}

export function createOptions(): object {
  return {
    getCLIOptionsValues: () => values,
    getCLIOptionsInfo: () => ({
      options: new Map(seed.optionInfo.map(([name, info]) => [name, Object.assign(Object.create(null), info)])),
      aliases: new Map(seed.optionAliases),
    }),
    getEmbedderOptions: () => ({
      __proto__: null,
      ...seed.embedderOptions,
      noGlobalSearchPaths: values["--global-search-paths"] === false,
    }),
    getEnvOptionsInputType: () => new Map(seed.envOptionsInputType),
    envSettings: seed.optionEnvSettings,
    types: seed.optionTypes,
  };
}
