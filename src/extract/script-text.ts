import { countLetters, tidyText, toBlocks } from "./blocks.ts";
import { lettersOf } from "./content.ts";
import type { ArticleData } from "./json-ld.ts";
import { type Page, parsePage } from "./page-tree.ts";

/** Paragraphs that a page holds as data, and that its own script would show. */
export interface ScriptText {
  readonly paragraphs: readonly string[];
  readonly why: string;
}

export interface ScriptTextHints {
  readonly title: string | undefined;
  /** What the page shows of the text, or says in its description: the text in the script begins so too. */
  readonly opening: string | undefined;
}

/** A text in a script is one of an article with at least so many letters. */
const MIN_LETTERS = 80;
/** Letters of the opening that are compared. */
const OPENING_LETTERS = 12;
/** Scripts within scripts that are unpacked: `JSON.parse("{\"text\": …}")`. */
const MAX_UNPACKED = 20;

const STRING = '"(?:[^"\\\\\\n]|\\\\.)*"';
const PROPERTY = new RegExp(
  `["']?([\\w-]{1,40})["']?\\s*:\\s*(?:\\[((?:\\s*${STRING}[\\s,]*)+)\\]|(${STRING})|'((?:[^'\\\\\\n]|\\\\.)*)')`,
  "g",
);
const PACKED = new RegExp(`JSON\\.parse\\(\\s*(${STRING})`, "g");

/** The text of an article that stands in a script: one long text, or the texts of a gallery. */
export function findScriptText(page: Page, data: ArticleData, hints: ScriptTextHints): ScriptText | undefined {
  const opening = hints.opening === undefined ? "" : lettersOf(hints.opening).slice(0, OPENING_LETTERS);
  const candidates: ScriptText[] = [];
  if (data.articleBody !== undefined)
    candidates.push({ paragraphs: toParagraphs(data.articleBody), why: "JSON-LD articleBody" });
  for (const text of unpacked(page)) {
    const hasTitle = hints.title !== undefined && text.includes(hints.title);
    const byKey = new Map<string, string[]>();
    for (const [, key = "", list, double, single] of text.matchAll(PROPERTY)) {
      const values =
        list !== undefined
          ? (list.match(new RegExp(STRING, "g")) ?? []).map((string) => toPlain(string.slice(1, -1)))
          : [toPlain(double?.slice(1, -1) ?? single ?? "")];
      const letters = values.reduce((sum, value) => sum + countHan(value), 0);
      if (letters < (list === undefined ? MIN_LETTERS : 40)) {
        if (letters >= 15) byKey.set(key, [...(byKey.get(key) ?? []), ...values]);
        continue;
      }
      const paragraphs = values.flatMap(toParagraphs);
      if (beginsWith(paragraphs, opening) || (hasTitle && opening === ""))
        candidates.push({ paragraphs, why: `in a script: ${key}` });
    }
    for (const [key, values] of byKey) {
      const paragraphs = [...new Set(values)].flatMap(toParagraphs);
      if (opening !== "" && values.length >= 2 && lettersOf(paragraphs[0] ?? "").startsWith(opening))
        candidates.push({ paragraphs, why: `in a script: ${key}` });
    }
  }
  const longest = candidates.reduce<ScriptText | undefined>(
    (best, one) => (best === undefined || sizeOf(one) > sizeOf(best) ? one : best),
    undefined,
  );
  return longest !== undefined && sizeOf(longest) >= MIN_LETTERS ? longest : undefined;
}

const sizeOf = ({ paragraphs }: ScriptText): number => paragraphs.reduce((sum, text) => sum + countLetters(text), 0);

const countHan = (text: string): number => text.match(/\p{Script=Han}/gu)?.length ?? 0;

/** Near the beginning: a caption or a lead may stand before. */
const beginsWith = (paragraphs: readonly string[], opening: string): boolean =>
  opening.length >= 6 && lettersOf(paragraphs.slice(0, 4).join("")).includes(opening);

/** Scripts that may hold an article, with what is packed into their strings. */
function unpacked(page: Page): string[] {
  const texts = page.scripts.filter(({ type }) => type !== "application/ld+json").map(({ text }) => text);
  const found: string[] = [];
  for (const text of texts) {
    for (const [, string = '""'] of text.matchAll(PACKED)) {
      const inner = toPlain(string.slice(1, -1));
      if (inner.length > 100 && found.length < MAX_UNPACKED) found.push(inner);
    }
  }
  return [...texts.filter((text) => text.length > MIN_LETTERS), ...found];
}

/** What a string of JavaScript stands for. */
const toPlain = (text: string): string =>
  text.replace(/\\(?:u([\da-f]{4})|x([\da-f]{2})|(.))/gi, (_, unicode, hex, plain) => {
    const code = unicode ?? hex;
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return plain === "n" || plain === "r" ? "\n" : plain === "t" ? " " : plain;
  });

/** Text with or without tags, as markup that may be escaped once more. */
function toParagraphs(text: string): string[] {
  const markup = /&lt;\s*(?:p|div|br|span|section)/i.test(text)
    ? text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&")
    : text;
  const lines = /<(?:p|br|div|span|section)\b/i.test(markup)
    ? toBlocks(parsePage(markup).root).map((block) => block.text)
    : markup.split(/\n+/).map(tidyText);
  return lines.filter((line) => line !== "");
}
