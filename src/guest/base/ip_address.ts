/** Text and bytes of IP addresses, as inet_pton(3) reads and inet_ntop(3) writes them. */

const IPV4_BYTES = 4;
const IPV6_GROUPS = 8;

/** The 4 bytes of a dotted quad, or undefined: four decimal numbers without leading zeros. */
export function parseIPv4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  if (parts.length !== IPV4_BYTES) return undefined;
  const bytes = new Uint8Array(IPV4_BYTES);
  for (const [index, part] of parts.entries()) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bytes[index] = Number(part);
  }
  return bytes;
}

/** The 16 bytes of an IPv6 address without a zone, or undefined. */
export function parseIPv6(text: string): Uint8Array | undefined {
  let groupsText = text;
  const lastColon = text.lastIndexOf(":");
  if (text.includes(".", lastColon)) {
    const quad = parseIPv4(text.slice(lastColon + 1));
    if (quad === undefined || lastColon < 0) return undefined;
    const group = (at: number) => ((quad[at]! << 8) | quad[at + 1]!).toString(16);
    groupsText = `${text.slice(0, lastColon + 1)}${group(0)}:${group(2)}`;
  }
  const halves = groupsText.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const given = head!.length + (tail?.length ?? 0);
  if (tail === undefined ? given !== IPV6_GROUPS : given >= IPV6_GROUPS) return undefined;
  const zeros = Array<string>(IPV6_GROUPS - given).fill("0");
  const groups = [...head!, ...zeros, ...(tail ?? [])];
  const bytes = new Uint8Array(2 * IPV6_GROUPS);
  for (const [index, group] of groups.entries()) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    const value = Number.parseInt(group, 16);
    bytes[2 * index] = value >> 8;
    bytes[2 * index + 1] = value & 0xff;
  }
  return bytes;
}

/** An IPv4 address (4 bytes) or an IPv6 address (16 bytes) in its canonical form. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === IPV4_BYTES) return bytes.join(".");
  const groups = Array.from({ length: IPV6_GROUPS }, (_, index) => (bytes[2 * index]! << 8) | bytes[2 * index + 1]!);
  const run = longestZeroRun(groups);
  // Addresses that hold an IPv4 address show it: mapped (::ffff:a.b.c.d) and the old compatible ones (::a.b.c.d).
  const holdsIPv4 = run.start === 0 && (run.length === 6 || (run.length === 5 && groups[5] === 0xffff));
  const last = holdsIPv4 ? 6 : IPV6_GROUPS;
  const hex = (from: number, to: number) => groups.slice(from, to).map((group) => group.toString(16));
  const suffix = holdsIPv4 ? [bytes.subarray(12).join(".")] : [];
  if (run.length < 2) return [...hex(0, last), ...suffix].join(":");
  return `${hex(0, run.start).join(":")}::${[...hex(run.start + run.length, last), ...suffix].join(":")}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: -1, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
    start = Math.max(start, end);
  }
  return best;
}
