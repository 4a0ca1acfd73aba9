import { createDateRules } from "../ingest/dates/rules.ts";
import { toTextLanguage } from "../text/text-language.ts";
import { findCanonical, findNextPage } from "./address.ts";
import { type Block, countLetters, tidyText } from "./blocks.ts";
import { type Body, toBody } from "./body.ts";
import { type BylineScene, findAuthor, findSource } from "./byline.ts";
import { type Content, findContent, isInside, lettersOf, proseOf, visibleBlocks } from "./content.ts";
import { decodePage } from "./decode-page.ts";
import type { Extracted } from "./extracted.ts";
import { type ArticleData, readArticleData } from "./json-ld.ts";
import { type Page, parsePage } from "./page-tree.ts";
import { findPublished } from "./published.ts";
import { findScriptText, type ScriptText } from "./script-text.ts";
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
  const openings = [data.articleBody, data.description, page.meta.get("description"), page.meta.get("og:description")];
  const hints = { titleOrder: undefined, openings: openings.filter((text) => text !== undefined) };
  const likely = findContent(blocks, hints);
  const shown = findTitleBlock(blocks, claims, likely === undefined ? undefined : startOf(blocks, likely));
  const content = shown === undefined ? likely : findContent(blocks, { ...hints, titleOrder: shown.order });
  const inText = content === undefined ? [] : blocks.filter(({ owner }) => isInside(owner, content.element));
  const textStart = content === undefined ? 0 : startOf(blocks, content);
  const textEnd = inText.findLast((block) => proseOf(block) > 0)?.order ?? textStart;
  const title = shown ?? titleFromClaims(claims, blocksAbove(blocks, textStart));
  const titleText = title === undefined ? undefined : tidyText(title.text);
  const onPage = content === undefined ? undefined : toBody(content.element, { title: titleText });
  const inScript = scriptTextFor(page, data, titleText, onPage);
  const body =
    inScript === undefined ? onPage : { captions: [], dropped: [], ...onPage, paragraphs: inScript.paragraphs };
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
  const next = findNextPage(page, options.url ?? canonical?.url);
  const byline = {
    page,
    data,
    ...bylineBlocks(blocks, title?.order, textStart, textEnd),
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
      ...(inScript !== undefined ? { body: inScript.why } : content === undefined ? {} : { body: content.why }),
    },
    dropped: body?.dropped ?? [],
  };
}

/** Where the text begins: at the first prose of its element. */
function startOf(blocks: readonly Block[], { element }: Content): number {
  const inText = blocks.filter(({ owner }) => isInside(owner, element));
  return (inText.find((block) => proseOf(block) > 0) ?? inText[0])?.order ?? 0;
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

/** A page that shows less than this may hold its text in a script, or only the first text of a gallery. */
const MAX_SHOWN_LETTERS = 300;
/** The text in a script is taken where it is so many times as long as what the page shows. */
const MIN_SCRIPT_RATIO = 1.5;

function scriptTextFor(
  page: Page,
  data: ArticleData,
  title: string | undefined,
  shown: Body | undefined,
): ScriptText | undefined {
  const shownLetters = countLetters(shown?.paragraphs.join("") ?? "");
  if (shownLetters > MAX_SHOWN_LETTERS) return undefined;
  const longest = shown?.paragraphs.reduce((best, text) => (text.length > best.length ? text : best), "");
  const description = page.meta.get("og:description") ?? page.meta.get("description");
  for (const opening of [longest, description]) {
    if (opening === undefined || countLetters(opening) < 12) continue;
    // A gallery counts its pictures before its text: 1/10
    const found = findScriptText(page, data, { title, opening: opening.replace(/^\s*\d+\s*\/\s*\d+\s*/, "") });
    if (found !== undefined && countLetters(found.paragraphs.join("")) > shownLetters * MIN_SCRIPT_RATIO) return found;
  }
  return undefined;
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
): Pick<BylineScene, "between" | "around"> {
  const above = blocks
    .filter(({ order }) => order < textStart && (titleOrder === undefined || order > titleOrder))
    .slice(-15);
  const start = blocks.findIndex(({ order }) => order >= textStart);
  const end = blocks.findLastIndex(({ order }) => order <= textEnd);
  const before = titleOrder === undefined ? [] : blocks.filter(({ order }) => order < titleOrder).slice(-3);
  const behind = [...blocks.slice(start, start + 2), ...blocks.slice(Math.max(start, end - 1), end + 5)];
  return { between: titleOrder === undefined ? [] : above, around: [...above, ...before, ...behind] };
}
