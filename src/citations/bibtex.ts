import type { CitedArticle } from "./cited-article.ts";

const LATEX: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  $: "\\$",
  "&": "\\&",
  "#": "\\#",
  "%": "\\%",
  _: "\\_",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};

/** Two hyphens or quotation marks in a row would become one character. */
const escapeLatex = (text: string): string =>
  text.replace(/[\\{}$&#%_~^]/g, (character) => LATEX[character] ?? character).replace(/([-'`])(?=\1)/g, "$1{}");

/** An address keeps its characters, except those that would end the field. */
const escapeUrl = (url: string): string =>
  url.replace(/[{}\\\s%]/g, (character) => (character === "%" ? "\\%" : encodeURIComponent(character)));

/** One entry of a BibTeX file, with an empty line after it. */
export function toBibtex(article: CitedArticle, note?: string): string {
  const { title, source, category, tags = [], url, day, language } = article;
  const keywords = [...(category === undefined ? [] : [category]), ...tags].join(", ");
  const fields: readonly (readonly [string, string | undefined])[] = [
    // Double braces keep the capitals of names.
    ["title", `{${escapeLatex(title)}}`],
    ["journal", source === undefined ? undefined : escapeLatex(source)],
    ["year", day?.slice(0, 4)],
    ["date", day],
    ["url", url === undefined ? undefined : escapeUrl(url)],
    ["keywords", keywords === "" ? undefined : escapeLatex(keywords)],
    ["langid", language],
    ["note", note === undefined ? undefined : escapeLatex(note)],
  ];
  const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name} = {${value}},`]));
  return `@article{${toKey(article)},\n${lines.join("\n")}\n}\n\n`;
}

/** Letters and digits of the id where that is telling, with a hash, since two ids may share them. */
function toKey({ id, day }: CitedArticle): string {
  const name = id.replace(/[^A-Za-z0-9]+/g, "").slice(0, 24);
  const hash = toHash(id).toString(16).padStart(8, "0");
  return `${name === "" ? "article" : name}${day?.slice(0, 4) ?? ""}_${hash}`;
}

/** FNV-1a in 32 bits; the same in browsers, which cite by the same keys. */
function toHash(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
