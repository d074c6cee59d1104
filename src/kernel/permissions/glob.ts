/**
 * Glob patterns of permission rules: `*` and `?` (not across "/"), `**` (across), `[a-z]`, `[!a-z]`, `{a,b}`, `\x`.
 * Names beginning with "." are nothing special, and "/data/**" matches "/data" too. Matching takes time
 * proportional to pattern × text at worst, whatever the guest chooses as text: no regular expression is involved.
 */
export class Glob {
  /** The alternatives of the braces, each as segments between slashes. */
  readonly #alternatives: readonly (readonly Segment[])[];
  readonly #separator: string | null;

  /** @param separator "/" for paths; null for plain names, where `*` matches anything. */
  constructor(pattern: string, separator: "/" | null = "/") {
    this.#separator = separator;
    this.#alternatives = expandBraces(pattern).map((alternative) =>
      (separator === null ? [alternative] : splitPath(alternative)).map((segment) =>
        separator !== null && segment === "**" ? ANY_SEGMENTS : parseSegment(segment),
      ),
    );
  }

  matches(text: string): boolean {
    const parts = this.#separator === null ? [text] : splitPath(text);
    return this.#alternatives.some((segments) => matchSequence(segments, parts, ANY_SEGMENTS, matchSegment));
  }
}

interface Token {
  /** null: any character. */
  readonly ranges: readonly (readonly [low: string, high: string])[] | null;
  readonly negated: boolean;
}

const ANY_TEXT: Token = { ranges: null, negated: true };
const ANY_CHARACTER: Token = { ranges: null, negated: false };
type Segment = readonly Token[];
const ANY_SEGMENTS: Segment = [];

const splitPath = (path: string): string[] => path.split("/").filter((segment) => segment !== "");

/**
 * Wildcard matching with one point of return, the last wildcard: enough, since an earlier wildcard that takes more can
 * never help where a later one could not.
 */
function matchSequence<P, T>(
  pattern: readonly P[],
  text: readonly T[],
  wildcard: P,
  matchOne: (pattern: P, text: T) => boolean,
): boolean {
  let p = 0;
  let t = 0;
  let wildcardAt = -1;
  let resumeAt = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === wildcard) {
      wildcardAt = p++;
      resumeAt = t;
    } else if (p < pattern.length && matchOne(pattern[p]!, text[t]!)) {
      p++;
      t++;
    } else if (wildcardAt >= 0) {
      p = wildcardAt + 1;
      t = ++resumeAt;
    } else {
      return false;
    }
  }
  while (p < pattern.length && pattern[p] === wildcard) p++;
  return p === pattern.length;
}

const matchSegment = (segment: Segment, text: string): boolean =>
  matchSequence(segment, [...text], ANY_TEXT, matchToken);

function matchToken({ ranges, negated }: Token, character: string): boolean {
  if (ranges === null) return true;
  return ranges.some(([low, high]) => character >= low && character <= high) !== negated;
}

function parseSegment(segment: string): Segment {
  const characters = [...segment];
  const tokens: Token[] = [];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if (character === "*") {
      if (tokens.at(-1) !== ANY_TEXT) tokens.push(ANY_TEXT);
    } else if (character === "?") {
      tokens.push(ANY_CHARACTER);
    } else if (character === "[") {
      const end = characters.indexOf("]", characters[i + 1] === "!" || characters[i + 1] === "^" ? i + 3 : i + 2);
      if (end < 0) {
        tokens.push(literal("["));
      } else {
        tokens.push(parseClass(characters.slice(i + 1, end)));
        i = end;
      }
    } else {
      tokens.push(literal(character === "\\" && i + 1 < characters.length ? characters[++i]! : character));
    }
  }
  return tokens;
}

const literal = (character: string): Token => ({ ranges: [[character, character]], negated: false });

function parseClass(characters: string[]): Token {
  const negated = characters[0] === "!" || characters[0] === "^";
  const ranges: [string, string][] = [];
  for (let i = negated ? 1 : 0; i < characters.length; i++) {
    const low = characters[i]!;
    if (characters[i + 1] === "-" && i + 2 < characters.length) {
      ranges.push([low, characters[i + 2]!]);
      i += 2;
    } else {
      ranges.push([low, low]);
    }
  }
  return { ranges, negated };
}

/** "a{b,c{d,e}}" → ab, acd, ace. Unbalanced braces are literal. */
function expandBraces(pattern: string): string[] {
  let depth = 0;
  let open = -1;
  let commas: number[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === "\\") i++;
    else if (character === "{") {
      if (depth++ === 0) {
        open = i;
        commas = [];
      }
    } else if (character === "," && depth === 1) commas.push(i);
    else if (character === "}" && depth > 0 && --depth === 0 && commas.length > 0) {
      const bounds = [open, ...commas, i];
      const tails = expandBraces(pattern.slice(i + 1));
      return bounds.slice(1).flatMap((end, n) => {
        const heads = expandBraces(pattern.slice(bounds[n]! + 1, end));
        return heads.flatMap((head) => tails.map((tail) => pattern.slice(0, open) + head + tail));
      });
    }
  }
  return [pattern];
}
