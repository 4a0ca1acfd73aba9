/**
 * Words that programs write where JSON has `null`, `true` and `false`: JavaScript's and Python's. Dates and ids of the MongoDB
 * shell stand in calls. All of it only outside strings.
 */
const WORDS: Readonly<Record<string, string>> = {
  NaN: "null", nan: "null", Infinity: "null", inf: "null", undefined: "null", None: "null", NaT: "null",
  True: "true", False: "false",
}; // biome-ignore format: a table

/**
 * What is looked at, first match first: strings in double and in single quotes, calls of the MongoDB shell, words, commas before a
 * closing bracket, and zero bytes. The strings are matched without alternatives inside a loop, which would cost a stack.
 */
const PARTS =
  /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|'[^'\\]*(?:\\[\s\S][^'\\]*)*'|\b(?:ObjectId|ISODate|NumberLong|NumberInt|NumberDecimal|UUID|(?:new )?Date)\(\s*("[^"\\]*"|'[^'\\]*'|-?[\d.]*)\s*\)|[-+]?\b(?:NaN|nan|Infinity|inf|undefined|None|NaT|True|False)\b|,(?=\s*[\]}])|\u0000/g;

/** JSON as dumps write it → JSON as it should be: what `JSON.parse` takes if the text was only off in these ways. */
export function mendJson(text: string): string {
  return text.replace(PARTS, (part: string, argument: string | undefined) => {
    if (part.startsWith('"')) return mendString(part);
    if (part.startsWith("'")) return requote(part);
    if (argument !== undefined)
      return argument === "" ? "null" : argument.startsWith("'") ? requote(argument) : argument;
    return WORDS[part.replace(/^[-+]/, "")] ?? "";
  });
}
const NEEDS_MENDING = /[\u0000-\u001f]|\\['x\n\r]/;

/** Raw control characters read as spaces, NUL as nothing; `\'` and `\x41` are what JavaScript and Python write. */
function mendString(string: string): string {
  if (!NEEDS_MENDING.test(string)) return string;
  return string
    .replace(/\\(?:x([0-9a-fA-F]{2})|([\s\S]))/g, (whole, hex: string | undefined, character: string | undefined) =>
      hex !== undefined
        ? `\\u00${hex}`
        : character === "'"
          ? "'"
          : character === "\n" || character === "\r"
            ? ""
            : whole,
    )
    .replaceAll("\u0000", "")
    .replace(/[\u0001-\u001f]/g, " ");
}

/** `'say "no"'` → `"say \"no\""` */
function requote(string: string): string {
  const inside = string.slice(1, -1).replace(/\\[\s\S]|"/g, (part) => (part === '"' ? '\\"' : part));
  return mendString(`"${inside.replace(/\\U([0-9a-fA-F]{8})/g, (_, hex: string) => toEscapes(hex))}"`);
}

/** Python's `\U0001f600` in the pairs that JSON writes. */
function toEscapes(hex: string): string {
  const code = Number.parseInt(hex, 16);
  if (code > 0x10ffff) return "\\ufffd";
  return [...String.fromCodePoint(code)]
    .flatMap((character) => character.split(""))
    .map(toEscape)
    .join("");
}

const toEscape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
