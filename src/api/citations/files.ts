import { createHash } from "node:crypto";
import type { CitedArticle } from "./record.ts";

/** Citations for reference managers. Each ends with a line break, so that many can follow one another. */

/** RIS: tag, two spaces, hyphen, space, value; one record from TY to ER. */
export function toRis(article: CitedArticle, note?: string): string {
  const { id, title, source, category, url, day, language } = article;
  const fields: readonly (readonly [string, string | undefined])[] = [
    ["TY", "NEWS"],
    ["TI", title],
    ["T2", source],
    ["PY", day?.slice(0, 4)],
    ["DA", day === undefined ? undefined : `${day.replaceAll("-", "/")}/`],
    ["UR", url],
    ["KW", category],
    ["LA", language],
    ["ID", id],
    ["N1", note],
  ];
  const lines = fields.flatMap(([tag, value]) => (value === undefined ? [] : [`${tag}  - ${value}`]));
  return `${[...lines, "ER  - "].join("\r\n")}\r\n\r\n`;
}

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

export function toBibtex(article: CitedArticle, note?: string): string {
  const { title, source, category, url, day, language } = article;
  const fields: readonly (readonly [string, string | undefined])[] = [
    // Double braces keep the capitals of names.
    ["title", `{${escapeLatex(title)}}`],
    ["journal", source === undefined ? undefined : escapeLatex(source)],
    ["year", day?.slice(0, 4)],
    ["date", day],
    ["url", url === undefined ? undefined : escapeUrl(url)],
    ["keywords", category === undefined ? undefined : escapeLatex(category)],
    ["langid", language],
    ["note", note === undefined ? undefined : escapeLatex(note)],
  ];
  const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name} = {${value}},`]));
  return `@article{${toKey(article)},\n${lines.join("\n")}\n}\n\n`;
}

/** Letters and digits of the id where that is telling, with a hash, since two ids may share them. */
function toKey({ id, day }: CitedArticle): string {
  const name = id.replace(/[^A-Za-z0-9]+/g, "").slice(0, 24);
  const hash = createHash("sha256").update(id).digest("hex").slice(0, 8);
  return `${name === "" ? "article" : name}${day?.slice(0, 4) ?? ""}_${hash}`;
}

/** An item of CSL-JSON, as Zotero, pandoc and citeproc read it. */
export function toCsl({ id, title, source, url, day, language, category }: CitedArticle): Record<string, unknown> {
  return {
    id,
    type: "article-newspaper",
    title,
    ...(source !== undefined && { "container-title": source }),
    ...(day !== undefined && { issued: { "date-parts": [day.split("-").map(Number)] } }),
    ...(url !== undefined && { URL: url }),
    ...(category !== undefined && { section: category }),
    language,
  };
}
