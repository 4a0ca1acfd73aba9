import { leafOf, type TextLeaf } from "../../search/matching/text-leaf.ts";
import {
  cutsNumeral,
  distinctTermsOf,
  isDecidedByTerms,
  isWholeWord,
  mayBeCompound,
  runsOf,
} from "../../search/matching/words.ts";
import type { QueryNode } from "../../search/query/tree.ts";
import { dayStartMs } from "../../text/days.ts";
import { foldText } from "../../text/fold.ts";
import { toToken } from "../index/tokens.ts";
import type { Clause, SnapshotReads } from "../read/snapshot-reads.ts";
import { toNamedClause, toRangeClause } from "./filter-clauses.ts";
import type { FoundClause } from "./found-clause.ts";
import type { SnapshotFacts } from "./search-caches.ts";
import { toShareClauses } from "./share-clause.ts";
import {
  allOfClauses,
  anyOfClauses,
  EVERYTHING,
  NOTHING,
  notClause,
  type TermField,
  toTermClause,
} from "./term-clause.ts";
import type { TermCounts } from "./term-counts.ts";

/** Articles whose texts are in memory at a time while they are read. */
const READ_BATCH = 1000;

export interface FindOptions {
  /** Of a word that may be several written together, also articles that hold its pieces; see {@link mayBeCompound}. Default: false. */
  readonly inPieces?: boolean;
  /** What holds the node is left out. Default: false. */
  readonly isExcluded?: boolean;
}

export interface NodeClausesContext {
  readonly reads: SnapshotReads;
  readonly facts: SnapshotFacts;
  readonly terms: TermCounts;
  readonly timezone: string;
}

/**
 * Which articles hold a part of a query, as a clause of the cluster's language. A stretch of Chinese stands in a text where its pairs
 * follow each other, so the cluster tells; what else stands letter for letter is read in the texts, and the clause names what was found.
 */
export class NodeClauses {
  readonly #context: NodeClausesContext;

  constructor(context: NodeClausesContext) {
    this.#context = context;
  }

  async find(node: QueryNode, how: FindOptions = {}): Promise<FoundClause> {
    switch (node.kind) {
      case "word":
        return how.isExcluded === true ||
          (isWholeWord(node.text) && !(how.inPieces === true && mayBeCompound(node.text)))
          ? this.#findText(leafOf(node, how.isExcluded), how)
          : checked(toShareClauses([node.text], this.#context.terms).enough);
      case "phrase":
      case "near":
        return this.#findText(leafOf(node), how);
      case "title":
        return this.#findText(leafOf(node), how, textOf(node.node));
      case "source":
      case "category":
        return checked(toNamedClause(node.kind, node.value));
      case "before":
        return checked(toRangeClause({ startMs: -Number.MAX_VALUE, endMs: this.#startOf(node.day) }));
      case "after":
        return checked(toRangeClause({ startMs: this.#startOf(node.day), endMs: Number.POSITIVE_INFINITY }));
      case "not": {
        const { clause, isUnchecked } = await this.find(node.node, { ...how, isExcluded: how.isExcluded !== true });
        return { clause: notClause(clause), isUnchecked };
      }
      case "and":
      case "or": {
        const parts = await Promise.all(node.nodes.map((part) => this.find(part, how)));
        const clauses = parts.map(({ clause }) => clause);
        return {
          clause: node.kind === "and" ? allOfClauses(clauses) : anyOfClauses(clauses),
          isUnchecked: parts.some(({ isUnchecked }) => isUnchecked),
        };
      }
    }
  }

  #startOf(day: string): number {
    return dayStartMs(day, this.#context.timezone);
  }

  /** @param inTitle the text that must stand in a title, where it is one stretch */
  async #findText(leaf: TextLeaf, { isExcluded }: FindOptions, inTitle?: string): Promise<FoundClause> {
    const fields: readonly TermField[] = leaf.inTitle ? ["titleTerms"] : ["titleTerms", "bodyTerms"];
    if (inTitle !== undefined && isDecidedByTerms(inTitle))
      return checked(allOfClauses(distinctTermsOf(inTitle).map((term) => toTermClause(term, "titleTerms"))));
    if (leaf.isDecided) return checked(candidatesOf(leaf));
    if (leaf.termsDecide && this.#rarestOf(leaf) > leaf.maxReads) return checked(candidatesOf(leaf));
    const stretch = leaf.inTitle ? inTitle : leaf.parts.length === 1 ? leaf.parts[0] : undefined;
    if (stretch !== undefined && isOneStretch(stretch) && !(leaf.isWord && endsInNumeral(stretch)))
      return checked(anyOfClauses(fields.map((field) => toStretchClause(stretch, field))));
    const { clauses } = this.#context.facts;
    const reading = clauses.getOrMake(leaf.name, () => this.#readTexts(leaf));
    const found = await reading.catch((error: unknown) => {
      clauses.delete(leaf.name);
      throw error;
    });
    // Nothing is hidden that may not hold it.
    return found.isUnchecked && isExcluded === true ? { clause: NOTHING, isUnchecked: true } : found;
  }

  #rarestOf({ parts }: TextLeaf): number {
    return Math.min(...parts.map((part) => this.#context.terms.rarestFrequency(part)));
  }

  /** Reads the texts of the whole snapshot that hold every term of a leaf, where these are not too many. */
  async #readTexts(leaf: TextLeaf): Promise<FoundClause> {
    const { reads } = this.#context;
    const query = candidatesOf(leaf);
    if (this.#rarestOf(leaf) > leaf.maxReads) {
      const { total } = await reads.search({ size: 0, query, track_total_hits: true });
      if (total > leaf.maxReads) return { clause: query, isUnchecked: true };
    }
    const keys: number[] = [];
    let after: readonly unknown[] | undefined;
    do {
      const { hits } = await reads.search({
        query,
        size: READ_BATCH,
        track_total_hits: false,
        _source: ["key", "article.title", ...(leaf.inTitle ? [] : ["article.body"])],
        sort: [{ key: "asc" }],
        ...(after === undefined ? {} : { search_after: after }),
      });
      for (const { _source } of hits) {
        if (_source === undefined) continue;
        const { title, body } = _source.article;
        const texts = leaf.inTitle ? [title] : [title, body];
        // Most texts hold it as it is; folding one costs more than reading it.
        if (texts.some(leaf.test) || texts.some((text) => leaf.test(foldText(text)))) keys.push(_source.key);
      }
      after = hits.length === READ_BATCH ? hits.at(-1)?.sort : undefined;
    } while (after !== undefined);
    return checked(keys.length === 0 ? NOTHING : { terms: { key: keys } });
  }
}

const checked = (clause: Clause): FoundClause => ({ clause, isUnchecked: false });

/** Articles that hold every term of a leaf. */
function candidatesOf({ parts }: TextLeaf): Clause {
  const terms = [...new Map(parts.flatMap(distinctTermsOf).map((term) => [term.text, term])).values()];
  return terms.length === 0 ? EVERYTHING : allOfClauses(terms.map((term) => toTermClause(term)));
}

/** Whether a folded text is Chinese without anything in between. */
function isOneStretch(text: string): boolean {
  const [run, ...others] = runsOf(text);
  return run !== undefined && others.length === 0 && run.isHan && run.text.length === text.length;
}

/** Whether a longer numeral might hold it. */
const endsInNumeral = (text: string): boolean => cutsNumeral(`一${text}一`, 1, 1 + text.length);

/** Articles in which the characters of a stretch follow each other, by its pairs. */
function toStretchClause(text: string, field: TermField): Clause {
  const [run] = runsOf(text);
  const terms = run === undefined ? [] : pairsOf(run.text);
  const [only, ...others] = terms;
  if (only === undefined) return NOTHING;
  if (text.length === 1) return { prefix: { [field]: toToken(text) } };
  return others.length === 0 ? { term: { [field]: only } } : { match_phrase: { [field]: terms.join(" ") } };
}

/** The pairs of a stretch in order, each as often as it stands there. */
const pairsOf = (text: string): string[] =>
  text.length === 1
    ? [text]
    : Array.from({ length: text.length - 1 }, (_, index) => toToken(text.slice(index, index + 2)));

function textOf(node: QueryNode): string | undefined {
  return node.kind === "word" || node.kind === "phrase" ? node.text : undefined;
}
