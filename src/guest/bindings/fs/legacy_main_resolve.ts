import { SYS } from "../../../abi/syscalls.ts";
import { engine, syscall } from "../../base/native.ts";
import { pathOfUrl, resolvePath } from "../../base/paths.ts";

/** Tried after the package's `main`, then (from index 7) in the package's folder; the answer is the index. */
const MAIN_CANDIDATES = ["", ".js", ".json", ".node", "/index.js", "/index.json", "/index.node"];
const FOLDER_CANDIDATES = ["index.js", "index.json", "index.node"];

const isFile = (path: string): boolean => syscall(SYS.path_kind, path) === 0;

/** Node's legacy resolution of a package's main file. */
export function legacyMainResolve(
  packagePath: string,
  main: string | undefined,
  base: string | undefined,
): number | undefined {
  const folder = resolvePath(packagePath);
  const first = main === undefined ? undefined : resolvePath(`${folder}/${main}`);
  if (first !== undefined) {
    const found = MAIN_CANDIDATES.findIndex((candidate) => isFile(first + candidate));
    if (found >= 0) return found;
  }
  const found = FOLDER_CANDIDATES.findIndex((candidate) => isFile(`${folder}/${candidate}`));
  if (found >= 0) return MAIN_CANDIDATES.length + found;
  const missing = first ?? `${folder}/${FOLDER_CANDIDATES[0]}`;
  const importer = base === undefined ? "" : ` imported from ${pathOfUrl(base)}`;
  return engine.failWith("Error", `Cannot find package '${missing}'${importer}`, { code: "ERR_MODULE_NOT_FOUND" });
}
