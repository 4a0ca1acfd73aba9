/**
 * Writes src/text/fold-data.ts: the characters and words that the fold treats as one. Run it after a change to tools/fold/ or
 * when opencc-js is upgraded: `node tools/make-fold-data.ts`, and raise FOLD_VERSION in src/text/fold.ts.
 *
 * Characters. The OpenCC dictionaries (Apache-2.0, through opencc-js) give edges simplified–traditional–regional form,
 * tools/fold/characters.txt and unihan.txt variants of one region, and OpenCC's table of Japanese forms those that Chinese does
 * not use otherwise. Every connected set of characters becomes one class, and each member folds to the class's canonical
 * character. A fold by class commutes with taking substrings, so a query matches inside an article whatever its context, and
 * both scripts of a text meet by construction.
 *
 * Words. Those of tools/fold/words.txt, names.txt and terms.txt, then the Taiwan and Hong Kong words of OpenCC, fold to the
 * mainland word (軟體 → 软件), spelled in canonical characters. Left out are forms that mean something else in ordinary mainland
 * text (left-out.txt): folding those would blur what a reader typed. whole.txt lists the places where a form only seems to stand.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const dictionaryFolder = join(dirname(createRequire(import.meta.url).resolve("opencc-js/core")), "dict");

/** The rows of a table in tools/fold/: words between white space, lines that begin with # left out. */
function readTable(name: string): string[][] {
  return readFileSync(new URL(`fold/${name}.txt`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => line.trim().split(/\s+/));
}

/** Classes in which the dictionaries give no simplified target, or the rarer one; see also characters.txt. */
const PREFERRED = "着了只么座象";

type Pair = readonly [from: string, to: string];

async function loadDictionary(name: string): Promise<Pair[]> {
  const module: { default: string } = await import(pathToFileURL(join(dictionaryFolder, `${name}.js`)).href);
  return module.default.split("|").flatMap((line) => {
    const [from, ...targets] = line.split(" ");
    return from === undefined ? [] : targets.map((to): Pair => [from, to]);
  });
}

/** GB 2312 level of a character: 2 for the 3,755 commonest, 1 for the rest of the set, 0 outside it. */
function gb2312Levels(): Map<string, number> {
  const decoder = new TextDecoder("gbk");
  const levels = new Map<string, number>();
  for (let high = 0xb0; high <= 0xf7; high++)
    for (let low = 0xa1; low <= 0xfe; low++) levels.set(decoder.decode(Uint8Array.of(high, low)), high <= 0xd7 ? 2 : 1);
  return levels;
}

class Classes {
  readonly #parent = new Map<string, string>();

  find(character: string): string {
    const parent = this.#parent.get(character);
    if (parent === undefined || parent === character) return character;
    const root = this.find(parent);
    this.#parent.set(character, root);
    return root;
  }

  join(a: string, b: string): void {
    const rootA = this.find(a);
    const rootB = this.find(b);
    this.#parent.set(rootA, rootA);
    this.#parent.set(rootB, rootA);
  }

  all(): string[][] {
    const members = new Map<string, string[]>();
    for (const character of this.#parent.keys()) {
      const root = this.find(character);
      members.set(root, [...(members.get(root) ?? []), character]);
    }
    return [...members.values()].filter((set) => set.length > 1);
  }
}

const [st, ts, stPhrases, twVariants, hkVariants, tw, twRev, hk, hkRev, japanese] = await Promise.all(
  [
    "STCharacters",
    "TSCharacters",
    "STPhrases",
    "TWVariants",
    "HKVariants",
    "TWPhrases",
    "TWPhrasesRev",
    "HKPhrases",
    "HKPhrasesRev",
    "JPShinjitaiCharacters",
  ].map(loadDictionary),
);
if (!st || !ts || !stPhrases || !twVariants || !hkVariants || !tw || !twRev || !hk || !hkRev || !japanese)
  throw new Error("an OpenCC dictionary is missing");

const levels = gb2312Levels();
const classes = new Classes();
for (const [from, to] of [...st, ...ts, ...twVariants, ...hkVariants]) classes.join(from, to);
const ownRows = readTable("characters");
for (const [target = "", ...variants] of [...ownRows, ...readTable("unihan")])
  for (const variant of variants) classes.join(target, variant);

const phrasePairs = new Map<string, number>();
for (const [from, to] of stPhrases) {
  const target = [...to];
  for (const [index, character] of [...from].entries()) {
    const other = target[index] ?? character;
    if (classes.find(character) !== classes.find(other))
      phrasePairs.set(character + other, (phrasePairs.get(character + other) ?? 0) + 1);
  }
}
for (const [pair, count] of phrasePairs) if (count >= 2) classes.join([...pair][0] ?? "", [...pair][1] ?? "");

// 沢 is 澤, but 浜 is a Chinese character of its own: only forms that mainland text does not use otherwise.
for (const [form, character] of japanese) if (!levels.has(form)) classes.join(form, character);

const preferred = new Set([...PREFERRED, ...ownRows.map(([target]) => target)]);
const simplifiedTargets = new Map<string, number>();
for (const [, to] of ts) simplifiedTargets.set(to, (simplifiedTargets.get(to) ?? 0) + 1);

const rank = (character: string): number =>
  (preferred.has(character) ? 1000 : 0) +
  (levels.get(character) ?? 0) * 100 +
  Math.min(99, simplifiedTargets.get(character) ?? 0) -
  (character.length > 1 ? 1000 : 0);

const canonical = new Map<string, string>();
for (const members of classes.all()) {
  const target = members.reduce((best, member) => (rank(member) > rank(best) ? member : best));
  for (const member of members) if (member !== target) canonical.set(member, target);
}

const foldCharacters = (text: string): string =>
  [...text.normalize("NFKC").toLowerCase()].map((character) => canonical.get(character) ?? character).join("");

/** The dots in names are not part of the word; see src/text/joints.ts. */
const foldWord = (word: string): string => foldCharacters(word).replaceAll("·", "");

const leftOut = new Set(readTable("left-out").flat().map(foldWord));
const words = new Map<string, string>();
const reversed = (pairs: readonly Pair[]): Pair[] => pairs.map(([from, to]) => [to, from]);
const ownWords = ["words", "names", "terms"]
  .flatMap(readTable)
  .flatMap(([target = "", ...forms]) => forms.map((form): Pair => [form, target]));
const dictionaryWords = [...twRev, ...hkRev, ...reversed(tw), ...reversed(hk)].filter(
  ([form]) => !leftOut.has(foldWord(form)),
);
for (const [form, mainland] of [...ownWords, ...dictionaryWords]) {
  const from = foldWord(form);
  const to = foldWord(mainland);
  if (from !== to && !words.has(from) && [...from].length > 1) words.set(from, to);
}
// A mainland word that contains a regional one must stay whole (尼日利亚 ⊃ 尼日), and a chain a → b → c must end in one step.
for (const [from, to] of [...words]) {
  let end = to;
  for (let step = 0; step < 4 && words.has(end) && words.get(end) !== end; step++) end = words.get(end) ?? end;
  words.set(from, end);
}
const hasRegionalPart = (word: string): boolean => [...words.keys()].some((key) => key !== word && word.includes(key));
for (const to of new Set(words.values())) if (!words.has(to) && hasRegionalPart(to)) words.set(to, to);

for (const word of readTable("whole").flat().map(foldWord)) words.set(word, word);

const groups = new Map<string, string>();
for (const [member, target] of canonical) groups.set(target, (groups.get(target) ?? "") + member);
const characterLines = [...groups].sort().map(([target, members]) => target + members);
const wordLines = [...words].sort().map(([from, to]) => (from === to ? from : `${from} ${to}`));

const wrap = (items: string[]): string => {
  const lines: string[] = [];
  for (let start = 0; start < items.length; start += 16) lines.push(items.slice(start, start + 16).join("|"));
  return lines.join("|\n");
};
writeFileSync(
  fileURLToPath(new URL("../src/text/fold-data.ts", import.meta.url)),
  `// Made by tools/make-fold-data.ts from tools/fold/ and the OpenCC dictionaries (Apache-2.0); not edited by hand.

/** Classes of characters that match each other: the canonical character, then those that fold to it. */
export const CHARACTER_CLASSES = \`${wrap(characterLines)}\`;

/** Regional words and what they fold to, both in canonical characters; a word alone is kept whole. */
export const REGIONAL_WORDS = \`${wrap(wordLines)}\`;
`,
);
console.log(`${canonical.size} characters in ${groups.size} classes, ${words.size} words`);
