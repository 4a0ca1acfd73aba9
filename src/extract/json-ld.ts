import type { Page } from "./page-tree.ts";

/** What a page says of its article to programs (schema.org). */
export interface ArticleData {
  readonly headline?: string | undefined;
  readonly datePublished?: string | undefined;
  readonly authors: readonly string[];
  readonly publisher?: string | undefined;
  readonly articleBody?: string | undefined;
  readonly description?: string | undefined;
  readonly url?: string | undefined;
}

/** Objects that are looked through; descriptions of articles are small. */
const MAX_OBJECTS = 2_000;
const ARTICLE_TYPE = /article|posting|report|webpage|newsitem/i;

/** The first article that the page's `application/ld+json` describes. */
export function readArticleData(page: Page): ArticleData {
  const found = page.scripts
    .filter(({ type }) => type === "application/ld+json")
    .flatMap(({ text }) => findObjects(parseLoosely(text)))
    .filter(
      (object) =>
        typesOf(object).some((type) => ARTICLE_TYPE.test(type)) ||
        object.pubDate !== undefined ||
        object.datePublished !== undefined,
    );
  const best = found.find((object) => typesOf(object).some((type) => /article|posting/i.test(type))) ?? found[0];
  if (best === undefined) return { authors: [] };
  return {
    headline: textOf(best.headline) ?? textOf(best.title),
    datePublished: textOf(best.datePublished) ?? textOf(best.pubDate) ?? textOf(best.dateCreated),
    authors: namesOf(best.author),
    publisher: namesOf(best.publisher)[0],
    articleBody: textOf(best.articleBody),
    description: textOf(best.description),
    url: textOf(best.url) ?? textOf(best.mainEntityOfPage) ?? textOf(best["@id"]),
  };
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Templates leave line breaks and commas where JSON has none. */
function parseLoosely(text: string): unknown {
  const bare = text
    .replace(/^\s*(?:<!--|\/\/<!\[CDATA\[|\/\*<!\[CDATA\[\*\/)|(?:-->|\/\/\]\]>|\/\*\]\]>\*\/)\s*$/g, "")
    .trim();
  for (const json of [
    bare,
    bare
      .replace(/[\u0000-\u001f]+/g, " ")
      .replace(/,\s*([}\]])/g, "$1")
      .replace(/;\s*$/, ""),
  ]) {
    try {
      return JSON.parse(json);
    } catch {
      // Tried once more, mended; a page whose data cannot be read has none.
    }
  }
  return undefined;
}

function findObjects(value: unknown): Json[] {
  const found: Json[] = [];
  const open: unknown[] = [value];
  for (let at = 0; at < open.length && found.length < MAX_OBJECTS; at++) {
    const item = open[at];
    if (Array.isArray(item)) open.push(...item.slice(0, MAX_OBJECTS));
    else if (isObject(item)) {
      found.push(item);
      open.push(item["@graph"], item.mainEntity, item.mainEntityOfPage);
    }
  }
  return found;
}

const typesOf = (object: Json): string[] => [object["@type"]].flat().filter((type) => typeof type === "string");

function textOf(value: unknown): string | undefined {
  if (typeof value === "string" && value.trim() !== "") return value.trim();
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return textOf(value[0]);
  if (isObject(value)) return textOf(value["@value"]) ?? textOf(value["@id"]);
  return undefined;
}

function namesOf(value: unknown): string[] {
  return [value].flat().flatMap((item) => {
    const name = isObject(item) ? textOf(item.name) : textOf(item);
    return name === undefined || /^https?:/.test(name) ? [] : [name];
  });
}
