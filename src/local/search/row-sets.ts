import { MatchRule, RULE_BITS } from "../../search/matching/match-rule.ts";
import { shareRuleOf } from "../../search/matching/share-rule.ts";
import { type LeafNode, leafOf, MAX_WORD_READS, type TextLeaf, wordLeaf } from "../../search/matching/text-leaf.ts";
import { distinctTermsOf, isDecidedByTerms, isWholeWord, mayBeCompound } from "../../search/matching/words.ts";
import type { QueryNode } from "../../search/query/tree.ts";
import { dayStartMs } from "../../text/days.ts";
import { fold } from "../../text/fold.ts";
import type { TermKey } from "../../text/terms.ts";
import type { SegmentView, Snapshot, WeighedTerm } from "../read/snapshot.ts";
import { isWhole, type RowSlice, slicesIn } from "./filter.ts";
import type { LeafCache } from "./leaf-cache.ts";
import type { SearchSharing } from "./parts/do-parts.ts";
import { holdEach, partOf, partsOfTexts } from "./parts/text-part.ts";
import type { RowSpace } from "./row-space.ts";
import type { TermLookup } from "./term-lookup.ts";

/** What reading a text and looking into it takes, in ms. */
const HOLD_MS = 0.03;

/** A search for rows that hold terms, whatever these are worth. */
const NO_SCORE = { flat: 1, perTerm: 0, everything: false, chosen: [] } as const;

/** Rows of each segment that hold something: one byte per row, right for the rows of the slices that were asked. */
export interface RowSet {
  readonly masks: readonly Uint8Array[];
  /** Too many articles hold every part of a phrase to read them: they count as holding it, and where it is excluded as not holding it. */
  readonly isUnchecked: boolean;
}

export interface FindOptions {
  /** Of a word that may be several written together, also rows that hold its pieces; see {@link mayBeCompound}. Default: false. */
  readonly inPieces?: boolean;
  /** What holds the node is left out. Default: false. */
  readonly isExcluded?: boolean;
}

export interface RowSetsContext {
  readonly snapshot: Snapshot;
  readonly space: RowSpace;
  readonly lookup: TermLookup;
  readonly leaves: LeafCache;
  readonly timezone: string;
  /** Where texts can be handed out to be read. */
  readonly sharing: SearchSharing;
}

/**
 * Which rows hold a part of a query. Whether an article does depends on the article, the part and the whole snapshot, never on the
 * slices: these only say for which rows it is asked.
 */
export class RowSets {
  readonly #context: RowSetsContext;

  constructor(context: RowSetsContext) {
    this.#context = context;
  }

  /** Narrows the slices to the rows that hold every node. */
  narrow(
    nodes: readonly QueryNode[],
    slices: readonly RowSlice[],
  ): { readonly slices: readonly RowSlice[]; readonly isUnchecked: boolean } {
    let narrowed = slices;
    let isUnchecked = false;
    for (const node of nodes) {
      const set = this.find(node, narrowed);
      isUnchecked ||= set.isUnchecked;
      narrowed = narrowed.map(({ from, to, allow }, index) => {
        const mask = set.masks[index] as Uint8Array;
        if (allow !== undefined)
          for (let row = from; row < to; row++) mask[row] = (mask[row] as number) & (allow[row] as number);
        return { from, to, allow: mask };
      });
    }
    return { slices: narrowed, isUnchecked };
  }

  /** The rows of the slices that hold a node. */
  find(node: QueryNode, slices: readonly RowSlice[], how: FindOptions = {}): RowSet {
    switch (node.kind) {
      case "word":
        return how.isExcluded === true ||
          (isWholeWord(node.text) && !(how.inPieces === true && mayBeCompound(node.text)))
          ? this.#findText(node, slices, how)
          : this.#findShare(node.text, slices);
      case "phrase":
      case "near":
      case "title":
        return this.#findText(node, slices, how);
      case "source":
      case "category":
      case "before":
      case "after":
        return { masks: this.#findField(node, slices), isUnchecked: false };
      case "not": {
        const { masks, isUnchecked } = this.find(node.node, slices, { ...how, isExcluded: how.isExcluded !== true });
        for (const mask of masks) invert(mask);
        return { masks, isUnchecked };
      }
      case "and":
      case "or":
        return this.#findParts(node, slices, how);
    }
  }

  /** Whether the article at a place, which holds the word's terms, holds the word. */
  holdsWord(word: string, place: number): boolean {
    const leaf = wordLeaf(word);
    return !this.isRead(word) || this.#read(leaf, place);
  }

  /** Whether texts are read to know which articles hold a word. */
  isRead(word: string): boolean {
    return !isDecidedByTerms(word) && this.#context.lookup.rarestFrequency(word) <= MAX_WORD_READS;
  }

  /** One part after the other: of several masks two are held at a time. */
  #findParts({ kind, nodes }: Parts, slices: readonly RowSlice[], how: FindOptions): RowSet {
    const [first, ...others] = nodes;
    if (first === undefined) return { masks: [], isUnchecked: false };
    let { masks, isUnchecked } = this.find(first, slices, how);
    for (const node of others) {
      const set = this.find(node, slices, how);
      isUnchecked ||= set.isUnchecked;
      for (const [index, mask] of masks.entries()) merge(mask, set.masks[index] as Uint8Array, kind);
    }
    return { masks, isUnchecked };
  }

  #findText(node: LeafNode, slices: readonly RowSlice[], { isExcluded }: FindOptions): RowSet {
    const leaf = leafOf(node, isExcluded);
    const masks = this.#findCandidates(leaf, slices);
    if (leaf.isDecided) return { masks, isUnchecked: false };
    if (!this.#mayRead(leaf, masks, slices)) {
      const isUnchecked = !leaf.termsDecide;
      // Nothing is hidden that may not hold it.
      if (isUnchecked && isExcluded === true) for (const mask of masks) mask.fill(0);
      return { masks, isUnchecked };
    }
    this.#readAhead(node, leaf, masks);
    for (const [index, mask] of masks.entries()) {
      const base = this.#context.space.base(index);
      for (let row = mask.indexOf(1); row >= 0; row = mask.indexOf(1, row + 1))
        if (!this.#read(leaf, base + row)) mask[row] = 0;
    }
    return { masks, isUnchecked: false };
  }

  /** Looks whether the articles of some rows hold a leaf, where that is not known. */
  #readAhead(node: LeafNode, leaf: TextLeaf, masks: readonly Uint8Array[]): void {
    const { snapshot, space, leaves, sharing } = this.#context;
    const { holds } = leaves.of(snapshot, leaf.name);
    const places: number[] = [];
    for (const [index, mask] of masks.entries()) {
      const base = space.base(index);
      for (let row = mask.indexOf(1); row >= 0; row = mask.indexOf(1, row + 1))
        if (!holds.has(base + row)) places.push(base + row);
    }
    const keys = places.map((place) => space.articleKey(place));
    let read = 0;
    sharing.share<readonly boolean[], readonly boolean[]>({
      count: partsOfTexts(keys),
      costMs: keys.length * HOLD_MS,
      describe: () => ({ kind: "hold", node, keys }),
      doPart: (index) => holdEach(leaf, snapshot.articles(partOf(keys, index))),
      receive: (held) => held,
      take: (held) => {
        for (const one of held) holds.set(places[read++] as number, one);
      },
    });
  }

  /**
   * Decided over the whole snapshot, so that it is the same under any filter.
   * @param masks what was found within the slices
   */
  #mayRead(leaf: TextLeaf, masks: readonly Uint8Array[], slices: readonly RowSlice[]): boolean {
    const { lookup, snapshot, leaves, space } = this.#context;
    const rarest = Math.min(...leaf.parts.map((part) => lookup.rarestFrequency(part)));
    if (rarest <= leaf.maxReads) return true;
    // Counting costs a search of the whole snapshot.
    if (leaf.termsDecide) return false;
    const findings = leaves.of(snapshot, leaf.name);
    findings.candidates ??= countHeld(isWhole(slices, space) ? masks : this.#findCandidates(leaf, slicesIn(space)));
    return findings.candidates <= leaf.maxReads;
  }

  /** The live, allowed rows that hold every term of a leaf, up to as many as there are bits. */
  #findCandidates({ parts }: TextLeaf, slices: readonly RowSlice[]): Uint8Array[] {
    const terms = [...new Map(parts.flatMap(distinctTermsOf).map((term) => [term.text, term])).values()];
    const rule = new MatchRule({ must: (2 ** Math.min(RULE_BITS, terms.length) - 1) | 0 });
    return this.#eachSegment(slices, (segment, slice) => {
      const rarest = terms
        .map(({ key }) => ({ key, documentFrequency: segment.documentFrequency(key) }))
        .sort((a, b) => a.documentFrequency - b.documentFrequency)
        .slice(0, RULE_BITS);
      if (rarest[0]?.documentFrequency === 0) return [];
      const keys = rarest.map(({ key }) => key);
      return (
        segment.rowsHolding(keys, slice) ??
        match(
          segment,
          slice,
          rule,
          keys.map((key, bit) => toTerm(key, 1 << bit)),
        )
      );
    });
  }

  /** Rows that hold the share of a long word that is needed. */
  #findShare(word: string, slices: readonly RowSlice[]): RowSet {
    const { rule, bits } = shareRuleOf([word], this.#context.lookup);
    const terms = distinctTermsOf(word).flatMap(({ text, key }) => {
      const own = bits.get(text);
      return own === undefined ? [] : [toTerm(key, own)];
    });
    return {
      masks: this.#eachSegment(slices, (segment, slice) => match(segment, slice, rule, terms)),
      isUnchecked: false,
    };
  }

  /** A mask for each segment, of the rows that are found in its slice. */
  #eachSegment(
    slices: readonly RowSlice[],
    find: (segment: SegmentView, slice: RowSlice) => ArrayLike<number>,
  ): Uint8Array[] {
    return this.#context.space.segments.map((segment, index) => {
      const slice = slices[index] as RowSlice;
      const mask = createMask(segment.rows);
      const rows = slice.from < slice.to ? find(segment, slice) : [];
      for (let at = 0; at < rows.length; at++) mask[rows[at] as number] = 1;
      return mask;
    });
  }

  #findField(
    node: QueryNode & { readonly kind: "source" | "category" | "before" | "after" },
    slices: readonly RowSlice[],
  ): Uint8Array[] {
    const { snapshot, space, timezone } = this.#context;
    const names = node.kind === "source" ? snapshot.sources : node.kind === "category" ? snapshot.categories : [];
    const wanted = "value" in node ? fold(node.value) : undefined;
    const isWanted = Uint8Array.from(names, (name) => (fold(name) === wanted ? 1 : 0));
    const instantMs = "day" in node ? dayStartMs(node.day, timezone) : 0;
    return space.segments.map(({ rows, sourceIds, categoryIds, publishedAtMs }, index) => {
      const { from, to } = slices[index] as RowSlice;
      const mask = createMask(rows);
      for (let row = from; row < to; row++) {
        const time = publishedAtMs.at(row);
        if (node.kind === "source") mask[row] = isWanted[sourceIds[row] as number] as number;
        else if (node.kind === "category") mask[row] = isWanted[categoryIds[row] as number] as number;
        else if (node.kind === "after") mask[row] = time >= instantMs ? 1 : 0;
        else mask[row] = time < instantMs && time !== Number.NEGATIVE_INFINITY ? 1 : 0;
      }
      return mask;
    });
  }

  /** Whether the text of the article at a place holds a leaf. Read once for all searches of a snapshot. */
  #read({ name, test, inTitle }: TextLeaf, place: number): boolean {
    const { snapshot, space, leaves } = this.#context;
    const { holds } = leaves.of(snapshot, name);
    const known = holds.get(place);
    if (known !== undefined) return known;
    const [held = false] = holdEach({ test, inTitle }, snapshot.articles([space.articleKey(place)]));
    holds.set(place, held);
    return held;
  }
}

/** Nodes of which all are wanted, or any. */
type Parts = Extract<QueryNode, { readonly kind: "and" | "or" }>;

/** The live, allowed rows of a segment that meet a rule. */
const match = (segment: SegmentView, slice: RowSlice, rule: MatchRule, terms: readonly WeighedTerm[]): Uint32Array =>
  segment.matchTerms({ ...NO_SCORE, ...slice, terms, rule, base: 0 }).rows;

const toTerm = (key: TermKey, bits: number): WeighedTerm => ({ key, weight: 0, bits });

/** A byte for each row, in whole words. */
const createMask = (rows: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(new ArrayBuffer(4 * Math.ceil(rows / 4)), 0, rows);

/** How many rows hold something. */
function countHeld(masks: readonly Uint8Array[]): number {
  let held = 0;
  for (const mask of masks) for (let row = 0; row < mask.length; row++) held += mask[row] as number;
  return held;
}

function invert(mask: Uint8Array): void {
  for (let row = 0; row < mask.length; row++) mask[row] = 1 - (mask[row] as number);
}

/** Leaves in a mask what another one has too, or adds what it has: four rows at a time. */
function merge(mask: Uint8Array, other: Uint8Array, kind: Parts["kind"]): void {
  const words = toWords(mask);
  const others = toWords(other);
  for (let index = 0; index < words.length; index++)
    words[index] =
      kind === "and"
        ? (words[index] as number) & (others[index] as number)
        : (words[index] as number) | (others[index] as number);
}

const toWords = ({ buffer, byteOffset, length }: Uint8Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, Math.ceil(length / 4));
