import { createDateRules } from "../ingest/dates/rules.ts";
import { toTextLanguage } from "../text/text-language.ts";
import { baseOf, findCanonical, findNextPage, toAbsolute } from "./address.ts";
import type { Block } from "./blocks.ts";
import { type BylineScene, cleanNames, cleanSource, findAuthor, findSource } from "./byline.ts";
import { type DecodedPage, decodePage } from "./decode-page.ts";
import type { Extracted } from "./extracted.ts";
import { type FoundArticle, findArticle } from "./find-article.ts";
import { type ArticleData, readArticleData } from "./json-ld.ts";
import { type Page, parsePage } from "./page-tree.ts";
import { findPublished, readPublished } from "./published.ts";
import { applyRules, type RuleFindings, replaceByRules } from "./rules/apply-rules.ts";
import { type RuleBook, rulesFor } from "./rules/rule-book.ts";
import { parseSiteRules } from "./rules/site-rules.ts";

export interface ExtractOptions {
  /** Where the page was found. */
  readonly url?: string | undefined;
  /** The Content-Type that it came with. */
  readonly contentType?: string | undefined;
  /** IANA zone of dates that do not say theirs. Default: Asia/Shanghai. */
  readonly timezone?: string | undefined;
  /** When the page was fetched, ms since 1970 UTC: no date after it is believed. Default: now. */
  readonly fetchedAtMs?: number | undefined;
  /** Rules for sites; they need `url`. */
  readonly rules?: RuleBook | undefined;
}

/** A page may have been fetched by a clock that is slow, and zones differ by a day. */
const FUTURE_MS = 86_400_000;

/** Takes an article out of a page. What the page does not tell without doubt is absent; bytes that are no page give no paragraphs. */
export async function extractPage(bytes: Uint8Array, options: ExtractOptions = {}): Promise<Extracted> {
  const decoded = await decodePage(toBuffer(bytes), options.contentType);
  const { page, ruled, notices } = readPage(decoded, options);
  const data = readArticleData(page);
  const article = findArticle(page, data, ruled);
  const { title, body } = article;
  const sample = [title?.text ?? "", ...body.paragraphs].join("\n");
  const language = toTextLanguage(sample) ?? page.language;

  const published = publishedOf(page, data, article, { ruled, language, options });
  const canonical = findCanonical(page, data, options.url);
  const ruledNext = toAbsolute(ruled?.nextPage, baseOf(page, options.url));
  const next =
    ruledNext === undefined ? findNextPage(page, options.url ?? canonical?.url) : { url: ruledNext, why: ruled?.why };
  const byline = bylineOf(page, data, article);
  const ruledAuthor = cleanNames(ruled?.author);
  const author = ruledAuthor === undefined ? findAuthor(byline) : { name: ruledAuthor, why: ruled?.why };
  const ruledSource = cleanSource(ruled?.source);
  const source = ruledSource === undefined ? findSource(byline) : { name: ruledSource, why: ruled?.why };
  const why = {
    encoding: decoded.why,
    title: title?.why,
    published: published?.why,
    author: author?.why,
    source: source?.why,
    canonicalUrl: canonical?.why,
    nextPage: next?.why,
    body: article.bodyWhy,
  };
  return {
    title: title?.text,
    published: published === undefined ? undefined : { atMs: published.atMs, precision: published.precision },
    author: author?.name,
    source: source?.name,
    canonicalUrl: canonical?.url,
    language,
    nextPage: next?.url,
    ...body,
    encoding: decoded.encoding,
    notices,
    why: Object.fromEntries(Object.entries(why).filter(([, rule]) => rule !== undefined)),
  };
}

const toBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

interface ReadPage {
  readonly page: Page;
  readonly ruled: RuleFindings | undefined;
  readonly notices: readonly string[];
}

function readPage({ html }: DecodedPage, { url, rules: book }: ExtractOptions): ReadPage {
  const file = book === undefined ? undefined : rulesFor(book, url);
  if (file === undefined) return { page: parsePage(html), ruled: undefined, notices: [] };
  const rules = parseSiteRules(...file);
  const page = parsePage(replaceByRules(html, rules));
  const notices = rules.problems.map((problem) => `${rules.name}.txt, ${problem}`);
  return { page, ruled: applyRules(page, rules), notices };
}

interface DateContext {
  readonly ruled: RuleFindings | undefined;
  readonly language: string | undefined;
  readonly options: ExtractOptions;
}

function publishedOf(
  page: Page,
  data: ArticleData,
  { blocks, title, textStart, textEnd, boxEnd }: FoundArticle,
  { ruled, language, options }: DateContext,
) {
  const fetchedAtMs = options.fetchedAtMs ?? Date.now();
  const rules = createDateRules({ timezone: options.timezone, latestMs: fetchedAtMs + FUTURE_MS });
  const isTraditional = language === "zh-Hant";
  const read = ruled?.date === undefined ? undefined : readPublished(ruled.date, rules, isTraditional);
  if (read !== undefined) return { ...read, why: ruled?.why };
  const scene = { page, blocks, data, title: title?.text, titleOrder: title?.order, textStart, textEnd, boxEnd };
  return findPublished({ ...scene, url: options.url, isTraditional }, rules);
}

/** Lines in which an author or a source may be named: from the headline to the text, and a few behind it. */
function bylineOf(
  page: Page,
  data: ArticleData,
  { blocks, title, body, textStart, textEnd }: FoundArticle,
): BylineScene {
  const titleOrder = title?.order;
  const above = blocks
    .filter(({ order }) => order < textStart && (titleOrder === undefined || order > titleOrder))
    .slice(-15);
  const start = blocks.findIndex(({ order }) => order >= textStart);
  const end = blocks.findLastIndex(({ order }) => order <= textEnd);
  const before: Block[] = titleOrder === undefined ? [] : blocks.filter(({ order }) => order < titleOrder).slice(-3);
  const behind = [...blocks.slice(start, start + 2), ...blocks.slice(Math.max(start, end - 1), end + 5)];
  return {
    page,
    data,
    between: titleOrder === undefined ? [] : above,
    around: [...above, ...before, ...behind],
    paragraphs: body.paragraphs,
    dropped: body.dropped.map(({ text }) => text),
  };
}
