import { toBibtex } from "../citations/bibtex.ts";
import type { CitedArticle } from "../citations/cited-article.ts";
import { toCsl } from "../citations/csl.ts";
import { CSV_BYTE_ORDER_MARK, toCsvRow } from "../citations/csv.ts";
import { toRis } from "../citations/ris.ts";
import { FIELDS, isSaved, type SavedArticle } from "./collection.ts";

/** The collection as files to take along, and back from them. */

type Write = (articles: readonly SavedArticle[]) => string;

const orUndefined = (text: string | undefined): string | undefined => (text === "" ? undefined : text);

const toCited = ({ id, title, source, url, published, category, language, tags = [] }: SavedArticle): CitedArticle => ({
  id,
  title,
  source: orUndefined(source),
  category: orUndefined(category),
  tags,
  url: orUndefined(url),
  day: orUndefined(published.slice(0, 10)),
  language: orUndefined(language),
});

const toCells = ({ category = "", folder = "", tags = [], note = "", ...article }: SavedArticle): string[] => [
  ...FIELDS.map((field) => article[field]),
  category,
  folder,
  tags.join(", "),
  note,
];

/** By what the file is called after its dot. */
const WRITERS: Readonly<Record<string, Write>> = {
  json: (articles) => `${JSON.stringify(articles, undefined, 2)}\n`,
  jsonl: (articles) => articles.map((article) => `${JSON.stringify(article)}\n`).join(""),
  csv: (articles) =>
    CSV_BYTE_ORDER_MARK +
    [[...FIELDS, "category", "folder", "tags", "note"], ...articles.map(toCells)].map(toCsvRow).join(""),
  ris: (articles) => articles.map((article) => toRis(toCited(article), orUndefined(article.note))).join(""),
  bib: (articles) => articles.map((article) => toBibtex(toCited(article), orUndefined(article.note))).join(""),
  "csl.json": (articles) =>
    `${JSON.stringify(
      articles.map((article) => ({ ...toCsl(toCited(article)), ...(article.note && { note: article.note }) })),
      undefined,
      2,
    )}\n`,
};

/** Hands the articles over as a file of one of the formats of {@link WRITERS}. */
export function download(format: string, articles: readonly SavedArticle[]): void {
  const text = WRITERS[format]?.(articles);
  if (text === undefined) return;
  const url = URL.createObjectURL(new Blob([text]));
  const link = document.createElement("a");
  link.href = url;
  link.download = `wenxun-saved.${format}`;
  link.click();
  URL.revokeObjectURL(url);
}

/** The articles of a JSON or JSON lines file of this collection; empty where it holds none. */
export function readFile(text: string): SavedArticle[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  for (const parse of [
    (): unknown => JSON.parse(text),
    (): unknown => lines.map((line): unknown => JSON.parse(line)),
  ]) {
    try {
      const value = parse();
      const articles = (Array.isArray(value) ? value : [value]).filter(isSaved);
      if (articles.length > 0) return articles;
    } catch {
      // Of the other kind, or of none.
    }
  }
  return [];
}
