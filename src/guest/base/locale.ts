import { engine } from "./native.ts";

/** What a process has that is told of no zone or language. */
const UTC = "UTC";
const NEUTRAL = "en_US_POSIX";

/** The longest names that are taken for one: a guest chooses them. */
const MAX_LENGTH = 100;

type Environment = ReadonlyMap<string, string>;

/** The zone in which dates are shown, of the variable TZ: a leading colon is no part of it (tzset(3)). */
export function setTimeZone(value: string | undefined): void {
  const id = value?.replace(/^:/, "") ?? UTC;
  engine.setTimeZone(id.length > MAX_LENGTH ? UTC : id);
}

/** The language of formats, of LC_ALL, LC_MESSAGES or LANG, by which ICU goes (locale(7)). */
function languageOf(env: Environment): string {
  const value = env.get("LC_ALL") || env.get("LC_MESSAGES") || env.get("LANG") || "";
  const id = value.replace(/[.@].*$/s, "");
  return id === "" || id === "C" || id === "POSIX" || id.length > MAX_LENGTH ? NEUTRAL : id;
}

/** Makes a new process's environment hold for its dates and formats. */
export function adoptLocale(entries: ReadonlyArray<readonly [string, string]>): void {
  const env = new Map(entries);
  setTimeZone(env.get("TZ"));
  engine.setLocale(languageOf(env));
}
