/** --env-file and --env-file-if-exists: https://nodejs.org/api/cli.html#--env-fileconfig */
import { parseDotenv } from "../base/dotenv.ts";
import { decodeUtf8 } from "../base/encoding.ts";
import { readFile } from "../base/whole_file.ts";
import { writeStderr } from "../fatal.ts";
import { OptionError } from "./options.ts";

type Environment = ReadonlyArray<readonly [key: string, value: string]>;

/**
 * The environment with what the files named on the command line add to it. They do not change what is set; of files
 * that set the same variable the last one counts.
 * @throws OptionError when a file that must exist cannot be read
 */
export function withEnvFiles(args: readonly string[], env: Environment): Environment {
  const added: Record<string, string> = Object.create(null);
  for (const { path, optional } of namedFiles(args)) {
    const bytes = readFile(path);
    if (bytes instanceof Uint8Array) Object.assign(added, parseDotenv(decodeUtf8(bytes)));
    else if (!optional) throw new OptionError(`${path}: not found`);
    else writeStderr(`${path} not found. Continuing without it.\n`);
  }
  const set = new Set(env.map(([key]) => key));
  return [...env, ...Object.entries(added).filter(([key]) => !set.has(key))];
}

function namedFiles(args: readonly string[]): Array<{ path: string; optional: boolean }> {
  const files: Array<{ path: string; optional: boolean }> = [];
  for (const [index, arg] of args.entries()) {
    if (arg === "--") break;
    const option = /^--env-file(-if-exists)?(?:=(.*))?$/s.exec(arg);
    const path = option?.[2] ?? args[index + 1];
    if (option !== null && path !== undefined) files.push({ path, optional: option[1] !== undefined });
  }
  return files;
}
