import { type Block, isBlockElement, isHidden, toBlocks } from "./blocks.ts";
import { classHint } from "./class-hints.ts";
import type { Page, PageElement } from "./page-tree.ts";

/** The part of a page that holds the article. */
export interface Content {
  readonly element: PageElement;
  readonly why: string;
}

export interface ContentHints {
  /** Where the headline stands, as `order`; what ends before it is no text of the article. */
  readonly titleOrder: number | undefined;
  /** Beginnings of the text that the page tells elsewhere: description, articleBody. */
  readonly openings: readonly string[];
}

const SENTENCE_MARKS = /[，。！？；：、,.!?;:“”"「」]/g;
/** A block with fewer letters outside of links is no prose. */
const MIN_PROSE = 12;
/** Prose without any mark of a sentence has at least so many letters. */
const MIN_UNMARKED_PROSE = 40;
const MAX_LINK_SHARE = 0.4;

/** Letters of a block that count as prose; 0 for headlines, menus, lists of links. */
export function proseOf({ text, characters, linkCharacters }: Block): number {
  const own = characters - linkCharacters;
  if (own < MIN_PROSE || linkCharacters > characters * MAX_LINK_SHARE) return 0;
  const marks = text.match(SENTENCE_MARKS)?.length ?? 0;
  if (marks === 0) return own >= MIN_UNMARKED_PROSE ? own * 0.3 : 0;
  return own * Math.min(1, 0.4 + 0.3 * marks);
}

/** Share of a block's prose that counts for the elements around it, from the nearest outwards. */
const SHARES = [1, 1, 0.5, 0.25, 0.12];
/** A block that begins as the page's own description does is surely of the article. */
const OPENING_FACTOR = 3;

/** The element whose text is most likely the article: much prose, few links, names that say so. */
export function findContent(page: Page, blocks: readonly Block[], hints: ContentHints): Content | undefined {
  const scores = new Map<PageElement, number>();
  const openings = hints.openings.map(toOpening).filter((opening) => opening.length >= 10);
  for (const block of blocks) {
    let prose = proseOf(block);
    if (prose === 0) continue;
    const letters = lettersOf(block.text);
    if (openings.some((opening) => letters.startsWith(opening) || opening.startsWith(letters))) prose *= OPENING_FACTOR;
    if (hints.titleOrder !== undefined && block.order < hints.titleOrder) prose *= 0.3;
    if (isBeside(block.owner)) prose *= 0.2;
    let element: PageElement | undefined = block.owner;
    for (const share of SHARES) {
      if (element === undefined) break;
      scores.set(element, (scores.get(element) ?? 0) + prose * share);
      element = element.parent;
    }
  }
  const totals = linkTotals(blocks);
  let best: { element: PageElement; score: number } | undefined;
  for (const [element, score] of scores) {
    const total = totals.get(element);
    const linkShare = total === undefined ? 0 : total.links / Math.max(total.all, 1);
    const weighed = score * (1 - linkShare) * (1 + 0.3 * classHint(element));
    if (best === undefined || weighed > best.score) best = { element, score: weighed };
  }
  if (best === undefined) return undefined;
  return { element: widen(best.element, blocks, page.root), why: "most prose" };
}

/** Within something that says that it is no text of an article. */
function isBeside(element: PageElement): boolean {
  for (let at: PageElement | undefined = element; at !== undefined; at = at.parent) {
    const hint = classHint(at);
    if (hint === 1) return false;
    if (hint === -1 && at.name !== "body" && at.name !== "html") return true;
  }
  return false;
}

export const lettersOf = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, "");

const toOpening = (text: string): string => lettersOf(text).slice(0, 24);

function linkTotals(blocks: readonly Block[]): Map<PageElement, { links: number; all: number }> {
  const totals = new Map<PageElement, { links: number; all: number }>();
  for (const { owner, characters, linkCharacters } of blocks) {
    for (let element: PageElement | undefined = owner; element !== undefined; element = element.parent) {
      const total = totals.get(element) ?? { links: 0, all: 0 };
      total.links += linkCharacters;
      total.all += characters;
      totals.set(element, total);
    }
  }
  return totals;
}

/** An article may stand in several boxes side by side: the element around them, where they are alike and hold prose of weight. */
function widen(element: PageElement, blocks: readonly Block[], root: PageElement): PageElement {
  let current = element;
  for (let steps = 0; steps < 4; steps++) {
    const { parent } = current;
    if (parent === undefined || parent === root || parent.name === "body" || parent.name === "html") break;
    const own = proseWithin(current, blocks);
    let beside = 0;
    for (const sibling of parent.children) {
      if (sibling.kind !== "element" || sibling === current || isHidden(sibling) || classHint(sibling) === -1) continue;
      const isAlike =
        sibling.name === "p" ||
        (sibling.name === current.name && (sibling.attributes.class ?? "") === (current.attributes.class ?? ""));
      if (isAlike && isBlockElement(sibling)) beside += proseWithin(sibling, blocks);
    }
    if (current.name !== "p" && beside < own * 0.1) break;
    current = parent;
  }
  return current;
}

function proseWithin(element: PageElement, blocks: readonly Block[]): number {
  let prose = 0;
  for (const block of blocks) if (isInside(block.owner, element)) prose += proseOf(block);
  return prose;
}

export function isInside(inner: PageElement, outer: PageElement): boolean {
  for (let at: PageElement | undefined = inner; at !== undefined; at = at.parent) if (at === outer) return true;
  return false;
}

/** The blocks of a page that a reader sees. */
export const visibleBlocks = (page: Page): Block[] => toBlocks(page.root);
