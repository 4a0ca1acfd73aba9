/** What a site's robots.txt asks of one robot, by RFC 9309. */
export interface RobotRules {
  /** @param path of an address with its query, percent-encoded as `URL` has it, e.g. `/news/1?page=2` */
  allows(path: string): boolean;
  /** Addresses of sitemaps, in the order of the file. */
  readonly sitemaps: readonly string[];
}

/** As much of a robots.txt is read; the RFC asks for 500 KiB at least. */
export const MAX_ROBOTS_BYTES = 512 * 1024;
/** What stands further along a line is not read. */
const MAX_LINE_BYTES = 2083 * 8 - 1;

interface Rule {
  readonly allows: boolean;
  readonly pattern: string;
}

type Line =
  | { readonly kind: "user-agent"; readonly value: string }
  | ({ readonly kind: "rule" } & Rule)
  | { readonly kind: "sitemap"; readonly value: string };

/**
 * Reads the groups for one robot; without any, the group for `*`. Never throws: a line that is none is passed over.
 * @param robot product token, letters with `-` and `_`
 */
export function parseRobots(bytes: Uint8Array, robot: string): RobotRules {
  // As single bytes, so that what is no UTF-8 still matches itself.
  const text = Buffer.from(bytes.subarray(0, MAX_ROBOTS_BYTES)).toString("latin1");
  const lines = text
    .replace(/^\u00ef(?:\u00bb\u00bf?)?/, "")
    .split(/\r\n|\r|\n/)
    .flatMap((line) => parseLine(line.slice(0, MAX_LINE_BYTES)) ?? []);
  const sitemaps = lines.flatMap((line) => (line.kind === "sitemap" ? [line.value] : []));
  const rules = rulesFor(robot.toLowerCase(), lines);
  return { sitemaps, allows: (path) => isAllowed(rules, toSinglePath(path)) };
}

/** Those of all groups that name the robot, else of those for all. */
function rulesFor(robot: string, lines: readonly Line[]): readonly Rule[] {
  const own: Rule[] = [];
  const everybodys: Rule[] = [];
  let isNamed = false;
  let isOwn = false;
  let isEverybodys = false;
  let isInRules = false;
  for (const line of lines) {
    if (line.kind === "user-agent") {
      if (isInRules) {
        isOwn = false;
        isEverybodys = false;
        isInRules = false;
      }
      if (/^\*(?:\s|$)/.test(line.value)) isEverybodys = true;
      else if (/^[a-z_-]*/i.exec(line.value)?.[0].toLowerCase() === robot) {
        isOwn = true;
        isNamed = true;
      }
    } else if (line.kind === "rule") {
      isInRules = true;
      if (isOwn) own.push(line);
      if (isEverybodys) everybodys.push(line);
    }
  }
  return isNamed ? own : everybodys;
}

/** Names of lines, and how they are misspelt. The colon is forgotten now and then. */
const LINE =
  /^\s*(user[- ]?agent|allow|disallow|dissallow|dissalow|disalow|diasllow|disallaw|site-?map)(?:\s*:\s*|\s+)(.*)$/i;

function parseLine(line: string): Line | undefined {
  const [, name = "", rest = ""] = LINE.exec(line.replace(/#.*$/, "")) ?? [];
  const value = rest.trim();
  if (name === "") return undefined;
  switch (name[0]?.toLowerCase()) {
    case "u":
      return { kind: "user-agent", value };
    case "s":
      return { kind: "sitemap", value };
    default:
      return { kind: "rule", allows: /^a/i.test(name), pattern: escapePattern(value) };
  }
}

/** Percent-encodes bytes that are not ASCII, and writes the digits of what is encoded in upper case. */
export const escapePattern = (pattern: string): string =>
  pattern
    .replace(/%[0-9a-f]{2}/gi, (code) => code.toUpperCase())
    .replace(/[\u0080-\u00ff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);

const toSinglePath = (path: string): string =>
  path.replace(/#.*$/s, "").replace(/%[0-9a-f]{2}/gi, (code) => code.toUpperCase());

/** The longest pattern that matches decides; of two that are as long the one that allows. */
function isAllowed(rules: readonly Rule[], path: string): boolean {
  if (path === "/robots.txt") return true;
  let longest = -1;
  let allows = true;
  for (const rule of rules) {
    // An empty pattern says nothing.
    const length = rule.pattern === "" ? -1 : matchLength(rule, path);
    if (length > longest || (length === longest && rule.allows)) {
      longest = length;
      allows = rule.allows || length < 0;
    }
  }
  return allows;
}

/** Length of the pattern where it matches, else -1. An allowed `/index.html` allows its folder. */
function matchLength({ pattern, allows }: Rule, path: string): number {
  if (matches(pattern, path)) return pattern.length;
  const folder = allows ? /^(.*\/)index\.html?$/.exec(pattern)?.[1] : undefined;
  return folder !== undefined && path === folder ? folder.length + 1 : -1;
}

/**
 * Whether a pattern, in which `*` stands for anything and `$` at the end for the end, matches from the beginning of a path. Takes
 * time in proportion to both lengths at worst: each `*` is matched as early as possible.
 */
export function matches(pattern: string, path: string): boolean {
  const isAnchored = pattern.endsWith("$");
  const [first = "", ...pieces] = (isAnchored ? pattern.slice(0, -1) : pattern).split("*");
  if (!path.startsWith(first)) return false;
  let at = first.length;
  const last = isAnchored ? pieces.pop() : undefined;
  if (isAnchored && last === undefined) return at === path.length;
  for (const piece of pieces) {
    const found = path.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return last === undefined || (path.length - last.length >= at && path.endsWith(last));
}
