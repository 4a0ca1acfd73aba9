import { BlockSums } from "./block-sums.ts";
import { type Block, isBlockElement, isHidden } from "./blocks.ts";
import { isBylineLine } from "./byline-line.ts";
import { classHint } from "./class-hints.ts";
import type { PageElement } from "./page-tree.ts";

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

const HEADINGS = new Set(["h1", "h2", "h3"]);

/** Letters of a block that count as prose; 0 for headlines, menus, lists of links. */
export function proseOf({ text, characters, linkCharacters, owner }: Block): number {
  if (HEADINGS.has(owner.name)) return 0;
  const own = characters - linkCharacters;
  if (own < MIN_PROSE || linkCharacters > characters * MAX_LINK_SHARE || isBylineLine(text, characters)) return 0;
  const marks = text.match(SENTENCE_MARKS)?.length ?? 0;
  if (marks === 0) return own >= MIN_UNMARKED_PROSE ? own * 0.3 : 0;
  return own * Math.min(1, 0.4 + 0.3 * marks);
}

/** Share of a block's prose that counts for the elements around it, from the nearest outwards. */
const SHARES = [1, 1, 0.5, 0.25, 0.12];
/** A block that begins as the page's own description does is surely of the article. */
const OPENING_FACTOR = 3;

/** Blocks behind the headline that are as good as any; so many more halve the weight of a block: comments stand behind the article. */
const NEAR_BLOCKS = 60;
const FAR_BLOCKS = 200;

/** The element whose text is most likely the article: much prose, few links, names that say so. */
export function findContent(blocks: readonly Block[], hints: ContentHints): Content | undefined {
  const scores = new Map<PageElement, number>();
  const openings = hints.openings.map(toOpening).filter((opening) => opening.length >= 10);
  const titleAt = blocks.findIndex(({ order }) => order === hints.titleOrder);
  for (const [index, block] of blocks.entries()) {
    let weight = proseOf(block);
    if (weight === 0) continue;
    const text = lettersOf(block.text);
    if (openings.some((opening) => text.startsWith(opening) || opening.startsWith(text))) weight *= OPENING_FACTOR;
    if (titleAt >= 0)
      weight *= index < titleAt ? 0.3 : 1 / (1 + Math.max(0, index - titleAt - NEAR_BLOCKS) / FAR_BLOCKS);
    if (isBeside(block.owner)) weight *= 0.2;
    let element: PageElement | undefined = block.owner;
    for (const share of SHARES) {
      if (element === undefined) break;
      scores.set(element, (scores.get(element) ?? 0) + weight * share);
      element = element.parent;
    }
  }
  const sums = new BlockSums(blocks, proseOf);
  let best: { element: PageElement; score: number } | undefined;
  for (const [element, score] of scores) {
    const { letters, linkLetters } = sums.within(element);
    const linkShare = linkLetters / Math.max(letters, 1);
    const weighed = score * (1 - linkShare) * (1 + 0.3 * classHint(element));
    if (best === undefined || weighed > best.score) best = { element, score: weighed };
  }
  if (best === undefined) return undefined;
  return { element: widen(best.element, sums), why: `most prose, in ${nameOf(best.element)}` };
}

const nameOf = ({ name, attributes: { id, class: names = "" } }: PageElement): string =>
  [name, id === undefined ? "" : `#${id}`, ...names.split(/\s+/).map((word) => (word === "" ? "" : `.${word}`))]
    .join("")
    .slice(0, 80);

const besideMemory = new WeakMap<PageElement, boolean>();

/** Within something that says that it is no text of an article. */
function isBeside(element: PageElement): boolean {
  const known = besideMemory.get(element);
  if (known !== undefined) return known;
  const hint = element.name === "body" || element.name === "html" ? 0 : classHint(element);
  const beside = hint === 0 ? element.parent !== undefined && isBeside(element.parent) : hint === -1;
  besideMemory.set(element, beside);
  return beside;
}

export const lettersOf = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, "");

const toOpening = (text: string): string => lettersOf(text).slice(0, 24);

/** Elements around the best one that are looked at for boxes like it. */
const MAX_STEPS_OUT = 4;
/** Boxes beside the best one belong to the article where they hold at least this share of its prose. */
const MIN_BESIDE_SHARE = 0.1;

/** A box beside the best one is text, not a list or a widget, where it is prose to at least this share. */
const MIN_PROSE_SHARE = 0.6;

/** An article may stand in several boxes side by side: the element around them, where they are alike and hold prose of weight. */
function widen(element: PageElement, sums: BlockSums): PageElement {
  let widest = element;
  let inner = element;
  for (let steps = 0; steps < MAX_STEPS_OUT; steps++) {
    const { parent } = inner;
    if (parent === undefined || parent.name === "body" || parent.name === "html" || parent.parent === undefined) break;
    const own = sums.within(inner).prose;
    let beside = 0;
    for (const sibling of parent.children) {
      if (sibling.kind !== "element" || sibling === inner || !isAlike(sibling, inner)) continue;
      const { prose, letters } = sums.within(sibling);
      if (prose >= letters * MIN_PROSE_SHARE) beside += prose;
    }
    if (inner.name === "p" || beside >= own * MIN_BESIDE_SHARE) {
      widest = parent;
      steps = -1;
    }
    inner = parent;
  }
  return widest;
}

function isAlike(sibling: PageElement, element: PageElement): boolean {
  if (!isBlockElement(sibling) || isHidden(sibling) || classHint(sibling) === -1) return false;
  if (sibling.name === "p") return true;
  const { class: names = "" } = element.attributes;
  return sibling.name === element.name && names !== "" && (sibling.attributes.class ?? "") === names;
}

export const isInside = (inner: PageElement, outer: PageElement): boolean =>
  inner.order >= outer.order && inner.order <= outer.end;
