import { type CitedArticle, toLine } from "./cited-article.ts";

/** RIS: tag, two spaces, hyphen, space, value; one record from TY to ER, with an empty line after it. Empty fields are left out. */
export function toRis(article: CitedArticle, note?: string): string {
  const { id, title, source, category, tags = [], url, day, language } = article;
  const fields: readonly (readonly [string, string | undefined])[] = [
    ["TY", "NEWS"],
    ["TI", title],
    ["T2", source],
    ["PY", day?.slice(0, 4)],
    ["DA", day === undefined ? undefined : `${day.replaceAll("-", "/")}/`],
    ["UR", url],
    ["KW", category],
    // Reference managers take a line for one keyword.
    ...tags.map((tag) => ["KW", tag] as const),
    ["LA", language],
    ["ID", id],
    ["N1", note],
  ];
  const lines = fields.flatMap(([tag, value]) => (value === undefined ? [] : [`${tag}  - ${toLine(value)}`]));
  return `${[...lines, "ER  - "].join("\r\n")}\r\n\r\n`;
}
