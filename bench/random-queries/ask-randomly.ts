import { PLAIN_REQUEST, SEARCH_MODES } from "../../src/archive/request.ts";
import { parseQuery } from "../../src/search/query.ts";
import type { SearchService } from "../../src/search/search.ts";
import { createRandom } from "../million/random.ts";

/** What a query is put together from, beside the words of an archive. */
const PIECES = [
  ..." \t\n()（）|｜-－−\"“”「」『』«»:：~*^.,，。、！？+#&%°/\\'<>{}[]=_@·・0123456789",
  ...[" OR ", " AND ", " NOT ", " | ", " -", " -(", "title:", "-title:", "标题：", "source:", "source:(", "category:"],
  ...["before:", "after:", "after:2021", "before:2022-03-14", "before:昨天", '"~10', "~5", "site:", "作者:", "NEAR/5"],
  ...["C++", ".NET", "3.5%", "-5℃", "-5度", "A&B", "5G", "H7N9", "covid-19", "iPhone 15", "the", "of", "二十一号"],
  ...["的", "是", "什么", "𠮷", "é", "ﬁ", "\u200b", "\u0000", "\ud800", "\udc00", "👩‍👩‍👧", "ا", "ก", "ﾊﾝ", "Ⅻ", "①"],
];

/** Longest of most queries, in pieces. */
const MOST_PIECES = 14;

export interface RandomAnswers {
  readonly asked: number;
  /** Queries that failed, or of which the result does not say how they were read. */
  readonly problems: readonly string[];
  /** Queries of which the result says so in a form that would itself be read otherwise. */
  readonly misread: readonly string[];
  readonly slowestMs: number;
  readonly slowest: string;
}

/** A text that no one would type: operators, signs, words of an archive and any other characters; now and then a very long one. */
function makeQuery(random: { below(end: number): number }, words: readonly string[]): string {
  const count = random.below(200) === 0 ? 400 + random.below(3000) : 1 + random.below(MOST_PIECES);
  return Array.from({ length: count }, () => {
    const kind = random.below(10);
    if (kind < 4) return words[random.below(words.length)] ?? "";
    if (kind < 9) return PIECES[random.below(PIECES.length)] ?? "";
    return String.fromCharCode(random.below(0x1_0000));
  }).join("");
}

/** Asks an archive random texts in all modes in turn: none may fail, and each result says how the text was read. */
export async function askRandomly(
  search: Pick<SearchService, "search">,
  { words, count, seed }: { readonly words: readonly string[]; readonly count: number; readonly seed: number },
): Promise<RandomAnswers> {
  const random = createRandom(seed);
  const problems: string[] = [];
  const misread: string[] = [];
  let [slowestMs, slowest] = [0, ""];
  for (let index = 0; index < count; index++) {
    const query = makeQuery(random, words);
    const mode = SEARCH_MODES[index % SEARCH_MODES.length] ?? "hybrid";
    const startMs = performance.now();
    const shown = JSON.stringify(query.slice(0, 200));
    try {
      const { readAs, notices, hits, total } = await search.search({ ...PLAIN_REQUEST, query, mode });
      const says = readAs !== "" || query.trim() === "" || notices.includes("query-has-no-words");
      if (!says) problems.push(`${shown} does not say how it was read`);
      else if (parseQuery(readAs).readAs !== readAs) misread.push(`${shown} was read as ${readAs.slice(0, 200)}`);
      if (hits.filter(({ match }) => match !== "related").length > total)
        problems.push(`${shown} shows more than it counts`);
    } catch (error) {
      problems.push(`${shown} failed: ${String(error)}`);
    }
    const tookMs = performance.now() - startMs;
    if (tookMs > slowestMs) [slowestMs, slowest] = [tookMs, shown];
  }
  return { asked: count, problems, misread, slowestMs, slowest };
}
