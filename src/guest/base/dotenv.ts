/** The `.env` file format: https://nodejs.org/api/environment_variables.html#env-files */

const KEY = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** Parses the text of a `.env` file into names and values; later lines win. */
export function parseDotenv(content: string): Record<string, string> {
  const result: Record<string, string> = {};
  let at = 0;
  const text = content.replaceAll("\r\n", "\n");
  while (at < text.length) {
    const lineEnd = endOfLine(text, at);
    const equals = text.indexOf("=", at);
    if (text[at] === "#" || text[at] === "\n" || equals < 0 || equals > lineEnd) {
      at = lineEnd + 1;
      continue;
    }
    let key = text.slice(at, equals).trim();
    if (key.startsWith("export ")) key = key.slice(7).trim();
    const { value, next } = readValue(text, equals + 1);
    at = next;
    if (KEY.test(key)) result[key] = value;
  }
  return result;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function readValue(text: string, from: number): { value: string; next: number } {
  let at = from;
  while (text[at] === " " || text[at] === "\t") at++;
  const quote = text[at];
  if (quote === '"' || quote === "'" || quote === "`") {
    const close = text.indexOf(quote, at + 1);
    if (close >= 0) {
      const raw = text.slice(at + 1, close);
      return { value: quote === '"' ? raw.replaceAll("\\n", "\n") : raw, next: endOfLine(text, close) + 1 };
    }
  }
  const end = endOfLine(text, at);
  const hash = text.indexOf("#", at);
  const value = text.slice(at, hash >= 0 && hash < end ? hash : end).trim();
  return { value, next: end + 1 };
}
