import type { Article } from "../archive/article.ts";
import { foldText } from "../text/fold.ts";
import { isLastOfRun, scanTerms } from "../text/terms.ts";

/** Units of an article that are compared, the title first. */
const COMPARED_UNITS = 600;

/** Words of other scripts with fewer letters are mostly articles and prepositions, which any two texts share. */
const MIN_WORD_UNITS = 5;

/** What two articles can share: the distinct pairs of Chinese characters and longer words of its opening. */
export function termsOfOpening({ title, body }: Pick<Article, "title" | "body">): ReadonlySet<string> {
  const opening = foldText(`${title}\n${body}`.slice(0, COMPARED_UNITS));
  const terms = new Set<string>();
  scanTerms(opening, (high, low, start, end) => {
    if (isLastOfRun(high, low)) return;
    if (high === 0 || end - start >= MIN_WORD_UNITS) terms.add(opening.slice(start, end));
  });
  return terms;
}

/** Terms that both sets hold. */
export function countShared(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [smaller, larger] = a.size <= b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const term of smaller) if (larger.has(term)) shared++;
  return shared;
}
