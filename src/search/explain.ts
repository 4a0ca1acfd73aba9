import type { Article } from "../archive/article.ts";
import type { Explanation } from "../archive/result.ts";
import { foldWithOffsets } from "../text/fold.ts";
import { createHighlighter, type Highlighter } from "../text/highlights.ts";
import { splitSentences } from "../text/sentences.ts";
import { TimeSlices } from "../threads/time-slices.ts";
import type { ParsedQuery } from "./query.ts";
import { dotProduct } from "./unit-vectors.ts";

/** Sentences of a text that are encoded, from its beginning. */
const MAX_SENTENCES = 40;

/** Shorter sentences say too little to be encoded. */
const MIN_SENTENCE_UNITS = 6;

/** Nearest sentences that are shown. */
const SHOWN_SENTENCES = 3;

/** A sentence is shown up to this length. */
const MAX_SHOWN_UNITS = 240;

/** Words of a query that are looked for in the text. */
const MAX_WORDS = 16;

/** A word of a query is looked for up to this length. */
const MAX_WORD_UNITS = 64;

/** Units of a body that are read. */
const READ_UNITS = 20_000;

/** How long explaining may hold the thread before others get their turn. */
const SLICE_MS = 4;

/** Distinct stretches of the article that are named. */
const MAX_FOUND = 12;

/**
 * What of the query's words an article holds, as it is written there, and what it lacks. Others get their turn between two words: a long text
 * and many words take as long as a search.
 * @param others of a word, those that are looked for too: it is not lacking where one of them stands there
 */
export async function explainWords(
  { title, body }: Pick<Article, "title" | "body">,
  { words, phrases }: Pick<ParsedQuery, "words" | "phrases">,
  others: ReadonlyMap<string, readonly string[]> = new Map(),
): Promise<Pick<Explanation, "found" | "missing">> {
  const asked = [...phrases, ...words].slice(0, MAX_WORDS);
  const waysToSay = asked.map((word) => [word, ...(others.get(word) ?? [])].map((one) => one.slice(0, MAX_WORD_UNITS)));
  const slices = new TimeSlices(SLICE_MS);
  const texts = [title, body.slice(0, READ_UNITS)].map((text) => ({ text, folded: foldWithOffsets(text) }));
  const times = new Map<string, number>();
  const highlighter = createHighlighter(waysToSay.flat());
  for (const { text, folded } of texts) {
    if (slices.isOver) await slices.next();
    for (const [start, end] of highlighter.findFolded(folded)) {
      const written = text.slice(start, end);
      times.set(written, (times.get(written) ?? 0) + 1);
    }
  }
  const missing: string[] = [];
  for (const ways of waysToSay) {
    if (slices.isOver) await slices.next();
    const own = createHighlighter(ways);
    if (texts.every(({ folded }) => own.findFolded(folded).length === 0)) missing.push(...ways.slice(0, 1));
  }
  return {
    found: [...times]
      .map(([text, count]) => ({ text, times: count }))
      .sort((a, b) => b.times - a.times)
      .slice(0, MAX_FOUND),
    missing,
  };
}

/** The sentences of an article that are compared with the query: its title first. */
export function sentencesOf({ title, body }: Pick<Article, "title" | "body">): string[] {
  const read = body.slice(0, READ_UNITS);
  const sentences = splitSentences(read).map(({ start, end }) => read.slice(start, end));
  return [title, ...sentences].filter((text) => text.length >= MIN_SENTENCE_UNITS).slice(0, MAX_SENTENCES);
}

/** The sentences nearest to the query, nearest first; `vectors` are theirs. */
export function nearestSentences(
  query: Float32Array,
  sentences: readonly string[],
  vectors: readonly (Float32Array | undefined)[],
  highlighter: Highlighter,
): Explanation["sentences"] {
  return sentences
    .flatMap((sentence, index) => {
      const vector = vectors[index];
      return vector === undefined ? [] : [{ sentence, similarity: dotProduct(query, vector) }];
    })
    .filter(({ similarity }) => similarity > 0)
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, SHOWN_SENTENCES)
    .map(({ sentence, similarity }) => {
      const text =
        sentence.length > MAX_SHOWN_UNITS ? `${sentence.slice(0, MAX_SHOWN_UNITS).toWellFormed()}…` : sentence;
      return { text, highlights: highlighter.find(text), similarity };
    });
}
