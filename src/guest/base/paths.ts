import { SYS } from "../../abi/syscalls.ts";
import { syscall } from "./native.ts";

/** Components of the absolute path, as they are written. */
export function components(path: string): string[] {
  const absolute = path.startsWith("/") ? path : `${syscall(SYS.getcwd)}/${path}`;
  return absolute.split("/").filter((part) => part !== "");
}

/** The absolute path without "." and "..", by its text alone. */
export function resolvePath(path: string): string {
  const parts: string[] = [];
  for (const part of components(path)) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** The path of a file URL; any other text as it is. */
export function pathOfUrl(url: string): string {
  if (!url.startsWith("file://")) return url;
  return decodeURIComponent(url.slice("file://".length).replace(/[?#].*$/s, ""));
}
