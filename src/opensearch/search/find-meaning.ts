import { findNamed, type Named } from "../../search/named.ts";
import {
  DEVIATIONS,
  forSize,
  measureBackground,
  NEAREST_LIMIT,
  type NearBy,
  relatedFloor,
} from "../../search/nearness.ts";
import type { RankedPlace } from "../../search/ranked.ts";
import type { Clause, FoundHit } from "../read/snapshot-reads.ts";
import { DOCUMENT_FIELDS, whenRead } from "./documents.ts";
import type { WordsPlan } from "./plan-words.ts";
import type { PreparedSearch } from "./prepared-search.ts";
import { BY_SCORE, keepDocuments, toRanked } from "./ranked-hits.ts";
import { allOfClauses, EVERYTHING, NOTHING } from "./term-clause.ts";
import { byVector, toCosine } from "./vector-clause.ts";
import { takeSample, type VectorSample } from "./vector-sample.ts";

/** One of the nearest articles, and what it holds of the words. */
export interface NearestArticle {
  /** `score` is the cosine. */
  readonly ranked: RankedPlace;
  /** Names of clauses that it meets; see {@link toNamedClauses}. */
  readonly held: ReadonlySet<string>;
}

/** What is looked for by meaning, and what is near to it. */
export interface Meaning {
  readonly vector: Float32Array;
  /** Cosine from which an article is near, and from which it matches whatever words it holds. */
  readonly floor: number;
  readonly sureFloor: number;
  /** Articles within the filters with at least this cosine. */
  readonly near: Clause;
  readonly sure: Clause;
  /** The nearest within the filters that are near or related, nearest first. */
  readonly nearest: readonly NearestArticle[];
  readonly sample: VectorSample;
  /** The article of which the query is the headline. */
  readonly named?: Named | undefined;
}

/** Nearest articles of the whole archive among which the one is that a query names. */
const NAMED_READ = 5;

/** Finds what is near to the query within the filters. How near it must be is measured on the whole snapshot. */
export async function findMeaning(prepared: PreparedSearch, plan: WordsPlan): Promise<Meaning | undefined> {
  const { vector: asked, reads, facts, terms, filters, documents } = prepared;
  if (asked === undefined) return undefined;
  facts.sample ??= takeSample(reads, terms.articles);
  facts.sample.catch(() => {
    facts.sample = undefined;
  });
  const [sample, named] = await Promise.all([facts.sample, findNamedIn(prepared, asked)]);
  const vector = named?.vector ?? asked;
  const background = measureBackground(vector, sample);
  const { median, deviation, rows } = background;
  const floorAt = (deviations: number): number => Math.min(1, median + forSize(deviations, rows) * deviation);
  const by = DEVIATIONS[nearBy(prepared)];
  const [floor, sureFloor, least] = [floorAt(by.near), floorAt(by.sure), relatedFloor(background)];
  const within = allOfClauses(filters);
  const { hits } = await reads.search({
    query: byVector(vector, toOptionally(within, plan)),
    size: NEAREST_LIMIT,
    track_total_hits: false,
    _source: DOCUMENT_FIELDS,
    sort: BY_SCORE,
  });
  keepDocuments(hits, documents);
  const nearest = hits.map(toNearest).filter(({ ranked }) => ranked.score >= Math.min(least, floor));
  // Where all that are near are among the nearest, they are known by name, and no vector is compared again.
  const isKnown = nearest.length < NEAREST_LIMIT || (nearest.at(-1)?.ranked.score ?? 1) < floor;
  const from = (cosine: number): Clause =>
    isKnown ? toKeysClause(nearest.filter(({ ranked }) => ranked.score >= cosine)) : byVector(vector, within, cosine);
  return { vector, floor, sureFloor, near: from(floor), sure: from(sureFloor), nearest, sample, named };
}

/** Where a text is asked, its words say less and its meaning more. */
const nearBy = ({ mode, parts }: PreparedSearch): NearBy =>
  mode === "semantic" ? "meaning" : parts.text.length > 0 ? "text" : "words";

function toNearest(hit: FoundHit): NearestArticle {
  const ranked = toRanked(hit);
  return { ranked: { ...ranked, score: toCosine(ranked.score) }, held: new Set(hit.matched_queries) };
}

const toKeysClause = (articles: readonly NearestArticle[]): Clause =>
  articles.length === 0 ? NOTHING : { terms: { key: articles.map(({ ranked }) => ranked.key) } };

/** Clauses by the names under which hits tell that they meet them: the words, the least of them, each wanted part. */
export const toNamedClauses = ({ match, partial, wanted }: WordsPlan): Clause[] => [
  toNamedOne("words", match),
  ...(partial === undefined ? [] : [toNamedOne("partial", partial)]),
  ...wanted.map((clause, index) => toNamedOne(`part ${index}`, clause)),
];

const toNamedOne = (name: string, clause: Clause): Clause => ({ bool: { filter: [clause], _name: name } });

/** What passes the filter; hits tell which of the clauses they meet. */
const toOptionally = (filter: Clause, plan: WordsPlan): Clause => ({
  bool: { filter: [filter], should: [EVERYTHING, ...toNamedClauses(plan)] },
});

/** The article that the query names, wherever it is in the archive: its day may lie outside the range that is asked for. */
async function findNamedIn(
  { query, reads, documents }: PreparedSearch,
  vector: Float32Array,
): Promise<Named | undefined> {
  const nearest: RankedPlace[] = [];
  let isAsked = false;
  const find = (): Named | undefined =>
    findNamed(
      { text: query.text, vector },
      () => {
        isAsked = true;
        return nearest;
      },
      documents,
    );
  find();
  if (!isAsked) return undefined;
  const { hits } = await reads.search({
    query: byVector(vector, EVERYTHING),
    size: NAMED_READ,
    track_total_hits: false,
    _source: DOCUMENT_FIELDS,
    sort: BY_SCORE,
  });
  keepDocuments(hits, documents);
  nearest.push(...hits.map((hit) => toNearest(hit).ranked));
  return whenRead(find, [documents]);
}
