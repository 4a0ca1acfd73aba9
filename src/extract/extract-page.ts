import { createDateRules } from "../ingest/dates/rules.ts";
import { toTextLanguage } from "../text/text-language.ts";
import { findCanonical, findNextPage } from "./address.ts";
import { type Block, tidyText } from "./blocks.ts";
import { toBody } from "./body.ts";
import { findAuthor, findSource } from "./byline.ts";
import { findContent, isInside, lettersOf, proseOf, visibleBlocks } from "./content.ts";
import { decodePage } from "./decode-page.ts";
import type { Extracted } from "./extracted.ts";
import { type ArticleData, readArticleData } from "./json-ld.ts";
import { type Page, parsePage } from "./page-tree.ts";
import { findPublished } from "./published.ts";
import { findTitleBlock, type TitleClaims, titleFromClaims } from "./title.ts";

export interface ExtractOptions {
  /** Where the page was found. */
  readonly url?: string | undefined;
  /** The Content-Type that it came with. */
  readonly contentType?: string | undefined;
  /** IANA zone of dates that do not say theirs. Default: Asia/Shanghai. */
  readonly timezone?: string | undefined;
  /** When the page was fetched, ms since 1970 UTC: no date after it is believed. Default: now. */
  readonly fetchedAtMs?: number | undefined;
}

/** A page may have been fetched by a clock that is slow, and zones differ by a day. */
const FUTURE_MS = 86_400_000;

/** Takes an article out of a page. What the page does not tell without doubt is absent; bytes that are no page give no paragraphs. */
export async function extractPage(bytes: Uint8Array, options: ExtractOptions = {}): Promise<Extracted> {
  const decoded = await decodePage(toBuffer(bytes), options.contentType);
  const page = parsePage(decoded.html);
  const data = readArticleData(page);
  const blocks = visibleBlocks(page);
  const claims = toClaims(page, data);
  const shown = findTitleBlock(blocks, claims);
  const openings = [data.articleBody, data.description, page.meta.get("description"), page.meta.get("og:description")];
  const content = findContent(page, blocks, {
    titleOrder: shown?.order,
    openings: openings.filter((text) => text !== undefined),
  });
  const inText = content === undefined ? [] : blocks.filter(({ owner }) => isInside(owner, content.element));
  const textStart = (inText.find((block) => proseOf(block) > 0) ?? inText[0])?.order ?? 0;
  const textEnd = inText.findLast((block) => proseOf(block) > 0)?.order ?? textStart;
  const title = shown ?? titleFromClaims(claims, blocksAbove(blocks, textStart));
  const titleText = title === undefined ? undefined : tidyText(title.text);
  const body = content === undefined ? undefined : toBody(content.element, { title: titleText });
  const sample = [titleText ?? "", ...(body?.paragraphs ?? [])].join("\n");
  const language = toTextLanguage(sample) ?? page.language;

  const fetchedAtMs = options.fetchedAtMs ?? Date.now();
  const rules = createDateRules({ timezone: options.timezone, latestMs: fetchedAtMs + FUTURE_MS });
  const published = findPublished(
    {
      page,
      blocks,
      data,
      title: titleText,
      titleOrder: title?.order,
      textStart,
      textEnd,
      url: options.url,
      isTraditional: language === "zh-Hant",
    },
    rules,
  );
  const canonical = findCanonical(page, data, options.url);
  const next = findNextPage(page, options.url);
  const byline = {
    page,
    data,
    around: bylineBlocks(blocks, title?.order, textStart, textEnd),
    paragraphs: body?.paragraphs ?? [],
    dropped: (body?.dropped ?? []).map(({ text }) => text),
  };
  const author = findAuthor(byline);
  const source = findSource(byline);
  return {
    title: titleText,
    published: published === undefined ? undefined : { atMs: published.atMs, precision: published.precision },
    author: author?.name,
    source: source?.name,
    canonicalUrl: canonical?.url,
    language,
    nextPage: next?.url,
    paragraphs: body?.paragraphs ?? [],
    captions: body?.captions ?? [],
    encoding: decoded.encoding,
    why: {
      encoding: decoded.why,
      ...(title === undefined ? {} : { title: title.why }),
      ...(published === undefined ? {} : { published: published.why }),
      ...(author === undefined ? {} : { author: author.why }),
      ...(source === undefined ? {} : { source: source.why }),
      ...(canonical === undefined ? {} : { canonicalUrl: canonical.why }),
      ...(next === undefined ? {} : { nextPage: next.why }),
      ...(content === undefined ? {} : { body: content.why }),
    },
    dropped: body?.dropped ?? [],
  };
}

const toBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function toClaims(page: Page, data: ArticleData): TitleClaims {
  const { meta } = page;
  const headlines = [
    data.headline,
    meta.get("og:title"),
    meta.get("twitter:title"),
    meta.get("headline"),
    meta.get("articletitle"),
  ]
    .filter((text) => text !== undefined)
    .map(tidyText)
    .filter((text) => lettersOf(text) !== "");
  return {
    documentTitle: page.titles.map(tidyText).find((text) => text !== ""),
    headlines,
    siteNames: [meta.get("og:site_name"), meta.get("application-name"), meta.get("sitename"), data.publisher].filter(
      (name) => name !== undefined,
    ),
  };
}

/** Blocks above the text, the nearest last. */
function blocksAbove(blocks: readonly Block[], textStart: number): Block[] {
  const above = blocks.filter(({ order }) => order < textStart);
  return above.slice(-30);
}

/** Lines in which an author or a source may be named: from the headline to the text, and a few behind it. */
function bylineBlocks(
  blocks: readonly Block[],
  titleOrder: number | undefined,
  textStart: number,
  textEnd: number,
): Block[] {
  const above = blocks
    .filter(({ order }) => order < textStart && (titleOrder === undefined || order > titleOrder))
    .slice(-15);
  const start = blocks.findIndex(({ order }) => order >= textStart);
  const end = blocks.findLastIndex(({ order }) => order <= textEnd);
  const before = titleOrder === undefined ? [] : blocks.filter(({ order }) => order < titleOrder).slice(-3);
  return [...above, ...before, ...blocks.slice(start, start + 2), ...blocks.slice(Math.max(start, end - 1), end + 5)];
}
