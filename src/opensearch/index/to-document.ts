import type { Article } from "../../archive/article.ts";
import { articleDigest, toWellFormed } from "../../archive/article-digest.ts";
import { codeBytes, quantizeVector } from "../../search/codes/quantize.ts";
import { codeWordOf, sampleOrderOf } from "../../search/codes/sample-order.ts";
import { dayOf } from "../../text/days.ts";
import { fold } from "../../text/fold.ts";
import { packVector } from "./pack-vector.ts";
import { tokensOf } from "./tokens.ts";

/** How often a term of the title counts, against once in the body. */
export const TITLE_WEIGHT = 3;

/** What of a document is read back. */
export interface StoredDocument {
  readonly article: Article;
  readonly hash: string;
  /** Ascending in the order of storing, unique in the archive. */
  readonly key: number;
  readonly packedVector?: string | undefined;
  /** The signs of the vector, in base64; see {@link quantizeVector}. */
  readonly code?: string | undefined;
  /** The encoder was away when it came. */
  readonly waiting?: boolean | undefined;
  /** What it said before, oldest first; absent where it has said one thing. */
  readonly earlier?: readonly EarlierEdition[] | undefined;
}

/** What an article said before it was changed, kept in its own document: it comes and goes with it. */
export interface EarlierEdition {
  readonly article: Article;
  readonly replacedAtMs: number;
}

export interface NewDocument {
  readonly article: Article;
  readonly key: number;
  readonly vector: Float32Array | undefined;
  readonly isWaiting: boolean;
  readonly earlier: readonly EarlierEdition[];
}

/** An article as the index holds it; days are those of the archive's zone. */
export function toDocument({ article, key, vector, isWaiting, earlier }: NewDocument, timezone: string): object {
  const stored = toWellFormed(article);
  const [title, body] = [tokensOf(stored.title), tokensOf(stored.body)];
  const terms = [...Array.from({ length: TITLE_WEIGHT }, () => title), body].flat();
  return {
    article: stored,
    hash: articleDigest(article),
    key,
    ...toTimes(stored.publishedAtMs, timezone),
    ...toNames("source", stored.source),
    ...toNames("category", stored.category),
    length: terms.length,
    terms: terms.join(" "),
    titleTerms: title.join(" "),
    bodyTerms: body.join(" "),
    ...(isWaiting && { waiting: true }),
    ...(earlier.length > 0 && { earlier }),
    ...(vector !== undefined &&
      toVectorFields(vector, { publishedAtMs: stored.publishedAtMs, termCount: terms.length })),
  };
}

/** The vector whole, packed and as a code, and where the article stands in the order of samples. */
function toVectorFields(
  vector: Float32Array,
  {
    publishedAtMs = Number.NEGATIVE_INFINITY,
    termCount,
  }: { readonly publishedAtMs: number | undefined; readonly termCount: number },
): object {
  const code = new Uint8Array(codeBytes(vector.length));
  const scale = quantizeVector(vector, new Int8Array(vector.length), code);
  // A vector that says nothing is none.
  if (scale === 0) return {};
  return {
    vector: [...vector],
    packedVector: packVector(vector),
    code: Buffer.from(code).toString("base64"),
    sample: sampleOrderOf({ publishedAtMs, termCount, codeWord: codeWordOf(code) }),
  };
}

function toTimes(publishedAtMs: number | undefined, timezone: string): object {
  if (publishedAtMs === undefined) return {};
  const day = Number(dayOf(publishedAtMs, timezone).replaceAll("-", ""));
  return { at: publishedAtMs, day, month: Math.floor(day / 100), year: Math.floor(day / 10_000) };
}

/** A name, and what it is compared by; one that folds to nothing is none. */
function toNames(field: "source" | "category", name: string | undefined): object {
  const key = name === undefined ? "" : fold(name);
  return key === "" ? {} : { [field]: name, [`${field}Key`]: key };
}
