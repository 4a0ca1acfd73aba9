import { type Block, countLetters, isHidden, tidyText, toBlocks } from "./blocks.ts";
import { type Body, toBody } from "./body.ts";
import { type Content, findContent, isInside, lettersOf, proseOf } from "./content.ts";
import type { ArticleData } from "./json-ld.ts";
import type { Page, PageElement } from "./page-tree.ts";
import type { RuleFindings } from "./rules/apply-rules.ts";
import { findScriptText, type ScriptText } from "./script-text.ts";
import { type FoundTitle, findTitleBlock, type TitleClaims, titleFromClaims } from "./title.ts";

/** Headline and text of a page, and where they stand. */
export interface FoundArticle {
  readonly title: FoundTitle | undefined;
  readonly body: Body;
  /** Which rule found the text; undefined where there is none. */
  readonly bodyWhy: string | undefined;
  /** All blocks of the page that are seen. */
  readonly blocks: readonly Block[];
  /** `order` of the first and of the last block of prose. */
  readonly textStart: number;
  readonly textEnd: number;
  /** `order` of the last block in the box of the text, prose or not. */
  readonly boxEnd: number;
}

const NO_BODY: Body = { paragraphs: [], captions: [], dropped: [] };

/** Finds headline and text. What the rules of a site found goes before; where they find nothing, the page is read as any other. */
export function findArticle(page: Page, data: ArticleData, ruled: RuleFindings | undefined): FoundArticle {
  const blocks = toBlocks(page.root);
  const stripped = ruled?.stripped ?? new Set<PageElement>();
  const textBlocks =
    stripped.size === 0
      ? blocks
      : toBlocks(page.root, { isLeftOut: (element) => isHidden(element) || stripped.has(element) });
  const claims = toClaims(page, data);
  const openings = [data.articleBody, data.description, page.meta.get("description"), page.meta.get("og:description")];
  const hints = { titleOrder: undefined, openings: openings.filter((text) => text !== undefined) };

  const likely = findContent(textBlocks, hints);
  const shown = findTitleBlock(
    blocks,
    claims,
    likely === undefined ? undefined : startOf(textBlocks, [likely.element]),
  );
  const found = shown === undefined ? likely : findContent(textBlocks, { ...hints, titleOrder: shown.order });
  const content = contentOf(ruled) ?? (found === undefined ? undefined : { elements: [found.element], why: found.why });
  const elements = content?.elements ?? [];
  const textStart = elements.length === 0 ? 0 : startOf(textBlocks, elements);
  const inText = textBlocks.filter(({ owner }) => elements.some((element) => isInside(owner, element)));
  const textEnd = inText.findLast((block) => proseOf(block) > 0)?.order ?? textStart;

  const title = titleOf(ruled) ?? shown ?? titleFromClaims(claims, blocksAbove(blocks, textStart));
  const bodies = elements.map((element) => toBody(element, { title: title?.text, stripped }));
  const onPage: Body = {
    paragraphs: bodies.flatMap(({ paragraphs }) => paragraphs),
    captions: bodies.flatMap(({ captions }) => captions),
    dropped: bodies.flatMap(({ dropped }) => dropped),
  };
  const inScript = scriptTextFor(page, data, title?.text, onPage);
  return {
    title: title === undefined ? undefined : { ...title, text: tidyText(title.text) },
    body:
      inScript === undefined
        ? content === undefined
          ? NO_BODY
          : onPage
        : { ...onPage, paragraphs: inScript.paragraphs },
    bodyWhy: inScript?.why ?? content?.why,
    blocks,
    textStart,
    textEnd,
    boxEnd: inText.at(-1)?.order ?? textEnd,
  };
}

interface FoundElements {
  readonly elements: readonly PageElement[];
  readonly why: Content["why"];
}

const contentOf = (ruled: RuleFindings | undefined): FoundElements | undefined =>
  ruled === undefined || ruled.body.length === 0 ? undefined : { elements: ruled.body, why: ruled.why };

const titleOf = (ruled: RuleFindings | undefined): FoundTitle | undefined =>
  ruled?.title === undefined ? undefined : { text: ruled.title, why: ruled.why };

/** Where the text begins: at the first prose of its elements. */
function startOf(blocks: readonly Block[], elements: readonly PageElement[]): number {
  const inText = blocks.filter(({ owner }) => elements.some((element) => isInside(owner, element)));
  return (inText.find((block) => proseOf(block) > 0) ?? inText[0])?.order ?? 0;
}

function toClaims({ meta, titles }: Page, data: ArticleData): TitleClaims {
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
  const siteNames = [meta.get("og:site_name"), meta.get("application-name"), meta.get("sitename"), data.publisher];
  return {
    documentTitle: titles.map(tidyText).find((text) => text !== ""),
    headlines,
    siteNames: siteNames.filter((name) => name !== undefined),
  };
}

/** Blocks above the text in which a headline is looked for. */
const MAX_BLOCKS_ABOVE = 30;

const blocksAbove = (blocks: readonly Block[], textStart: number): Block[] =>
  blocks.filter(({ order }) => order < textStart).slice(-MAX_BLOCKS_ABOVE);

/** A page that shows less than this may hold its text in a script, or only the first text of a gallery. */
const MAX_SHOWN_LETTERS = 300;
/** The text in a script is taken where it is so many times as long as what the page shows. */
const MIN_SCRIPT_RATIO = 1.5;

function scriptTextFor(page: Page, data: ArticleData, title: string | undefined, shown: Body): ScriptText | undefined {
  const shownLetters = countLetters(shown.paragraphs.join(""));
  if (shownLetters > MAX_SHOWN_LETTERS) return undefined;
  const longest = shown.paragraphs.reduce((best, text) => (text.length > best.length ? text : best), "");
  const description = page.meta.get("og:description") ?? page.meta.get("description");
  for (const opening of [longest, description]) {
    if (opening === undefined || countLetters(opening) < 12) continue;
    // A gallery counts its pictures before its text: 1/10
    const found = findScriptText(page, data, { title, opening: opening.replace(/^\s*\d+\s*\/\s*\d+\s*/, "") });
    if (found !== undefined && countLetters(found.paragraphs.join("")) > shownLetters * MIN_SCRIPT_RATIO) return found;
  }
  return undefined;
}
