import type { Encoder } from "../../src/encoder/encoder.ts";
import { groupCopies } from "../../src/search/copies.ts";
import type { JudgedArticle } from "./judged-set.ts";

export interface CopyScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Pairs that were folded and are none, and pairs that are and were not, by what they are. */
  readonly wrong: Readonly<Record<string, number>>;
  readonly missed: Readonly<Record<string, number>>;
}

/** Folds a list and compares every pair of it with how it was judged. */
export async function scoreCopies(set: readonly JudgedArticle[], encoder: Encoder): Promise<CopyScore> {
  const texts = set.map(({ article: { title, body } }) => `${title}\n${body}`);
  const vectors = await encoder.encode(texts, { role: "document" });
  const leaders = groupCopies([...set.keys()], {
    vector: (place) => vectors[place],
    publishedAtMs: (place) => set[place]?.article.publishedAtMs ?? Number.NEGATIVE_INFINITY,
    article: (place) => set[place]?.article,
  });
  let [right, wrongPairs, missedPairs] = [0, 0, 0];
  const wrong: Record<string, number> = {};
  const missed: Record<string, number> = {};
  for (const [one, a] of set.entries())
    for (const [at, b] of set.slice(one + 1).entries()) {
      const isFolded = leaders[one] === leaders[one + 1 + at];
      const isCopy = a.group === b.group;
      const name = [a.kind, b.kind].sort().join(" | ");
      if (isFolded && isCopy) right++;
      else if (isFolded) {
        wrongPairs++;
        wrong[name] = (wrong[name] ?? 0) + 1;
      } else if (isCopy) {
        missedPairs++;
        missed[name] = (missed[name] ?? 0) + 1;
      }
    }
  const precision = right / (right + wrongPairs);
  const recall = right / (right + missedPairs);
  return { precision, recall, f1: (2 * right) / (2 * right + wrongPairs + missedPairs), wrong, missed };
}
