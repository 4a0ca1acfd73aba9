import { toNearFloors } from "../../search/codes/near-floors.ts";
import { codeBytes } from "../../search/codes/quantize.ts";
import { findNamed, type Named } from "../../search/named.ts";
import { type Background, measureBackground, NEAREST_LIMIT, type NearBy, relatedFloor } from "../../search/nearness.ts";
import { compareRanks, type RankedPlace } from "../../search/ranked.ts";
import { dotProduct } from "../../search/unit-vectors.ts";
import { unpackVector } from "../index/pack-vector.ts";
import type { Clause, FoundHit, FoundHits } from "../read/snapshot-reads.ts";
import { type CodeQuery, createCodeQuery, unpackCode } from "./code-clause.ts";
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
  /** What its code scores. */
  readonly codeScore: number;
  /** Names of clauses that it meets; see {@link toNamedClauses}. */
  readonly held: ReadonlySet<string>;
}

/** What is looked for by meaning, and what is near to it. */
export interface Meaning {
  readonly vector: Float32Array;
  /** The cosines that the vector has by chance. */
  readonly background: Background;
  /** Score of its code from which an article is near, and from which it matches whatever words it holds. */
  readonly floor: number;
  readonly sureScore: number;
  /** Articles within the filters whose codes score at least as much. */
  readonly near: Clause;
  readonly sure: Clause;
  /** The nearest within the filters that are near or related, nearest first. */
  readonly nearest: readonly NearestArticle[];
  readonly sample: VectorSample;
  /** The article of which the query is the headline. */
  readonly named?: Named | undefined;
}

/** Near articles that are known by their keys, so that no code is scored again; of more, it is. */
const MOST_NAMED = 2000;

/** Nearest articles of the whole archive among which the one is that a query names. */
const NAMED_READ = 5;

/** Finds what is near to the query within the filters. How near it must be is measured on the whole snapshot. */
export async function findMeaning(prepared: PreparedSearch, plan: WordsPlan): Promise<Meaning | undefined> {
  const { vector: asked, reads, filteredReads, facts, terms, filters, documents } = prepared;
  if (asked === undefined) return undefined;
  facts.sample ??= takeSample(reads, terms.articles);
  facts.sample.catch(() => {
    facts.sample = undefined;
  });
  const [sample, named] = await Promise.all([facts.sample, findNamedIn(prepared, asked)]);
  const vector = named?.vector ?? asked;
  const codes = createCodeQuery(vector, codeBytes(vector.length));
  const sampleScores = sample.codes.map((code) => codes.scoreOf(code));
  const { floor, sureScore } = toNearFloors(sampleScores, sample.rows, nearBy(prepared));
  const background = measureBackground(vector, sample);
  const least = relatedFloor(background);
  const within = allOfClauses(filters);
  const [byMeaning, byCode] = (await filteredReads.searchAll([
    {
      query: byVector(vector, toOptionally(within, plan)),
      size: NEAREST_LIMIT,
      track_total_hits: false,
      _source: DOCUMENT_FIELDS,
      sort: BY_SCORE,
    },
    {
      query: codes.atLeast(floor, within),
      size: MOST_NAMED,
      track_total_hits: true,
      _source: false,
      sort: BY_SCORE,
    },
  ])) as [FoundHits, FoundHits];
  keepDocuments(byMeaning.hits, documents);
  const nearest = byMeaning.hits
    .map((hit) => toNearest(hit, vector, codes))
    .filter(({ ranked, codeScore }) => ranked.score >= least || codeScore >= floor)
    .sort((one, other) => compareRanks(one.ranked, other.ranked));
  const byCodes = byCode.hits.map(toRanked);
  const from = (score: number): Clause =>
    byCode.total <= byCodes.length
      ? toKeysClause(byCodes.filter((ranked) => ranked.score >= score))
      : codes.atLeast(score, within);
  const [near, sure] = [from(floor), from(sureScore)];
  return { vector, background, floor, sureScore, near, sure, nearest, sample, named };
}

/** Where a text is asked, its words say less and its meaning more. */
const nearBy = ({ mode, parts }: PreparedSearch): NearBy =>
  mode === "semantic" ? "meaning" : parts.text.length > 0 ? "text" : "words";

/** The cosine is that of the stored bytes, as a folder reckons it. */
function toNearest(hit: FoundHit, vector: Float32Array, codes: CodeQuery): NearestArticle {
  const { packedVector = "", code = "" } = hit._source ?? {};
  return {
    ranked: { ...toRanked(hit), score: dotProduct(vector, unpackVector(packedVector)) },
    codeScore: codes.scoreOf(unpackCode(code)),
    held: new Set(hit.matched_queries),
  };
}

const toKeysClause = (ranked: readonly RankedPlace[]): Clause =>
  ranked.length === 0 ? NOTHING : { terms: { key: ranked.map(({ key }) => key) } };

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
  { headline, reads, documents }: PreparedSearch,
  vector: Float32Array,
): Promise<Named | undefined> {
  const nearest: RankedPlace[] = [];
  let isAsked = false;
  const find = (): Named | undefined =>
    findNamed(
      { text: headline, vector },
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
  nearest.push(...hits.map(toRanked).map((ranked) => ({ ...ranked, score: toCosine(ranked.score) })));
  return whenRead(find, [documents]);
}
