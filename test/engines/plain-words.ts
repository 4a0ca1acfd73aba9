/** Part of a long word's pairs of characters that an article needs to hold it; of a short one all. */
const LONG_WORD_SHARE = 0.6;

/** Characters of a word that count as short. */
const SHORT_WORD = 3;

/** Times that a word counts in a title. */
export const TITLE_WEIGHT = 3;

const LATIN = /^[a-z0-9]/;

/** How often a folded text holds a word: Chinese by its pairs of characters, anything else as a whole. */
export function countHeld(text: string, word: string): number {
  const runs = word.match(/[a-z0-9]+|[^a-z0-9]+/g) ?? [];
  return Math.min(...runs.map((run) => countRun(text, run)));
}

function countRun(text: string, run: string): number {
  if (LATIN.test(run)) return (text.match(/[a-z0-9]+/g) ?? []).filter((word) => word === run).length;
  if (run.length === 1) return text.split(run).length - 1;
  const pairs = [...run.slice(1)].map((next, index) => run.charAt(index) + next);
  const counts = pairs.map((pair) => text.split(pair).length - 1).sort((a, b) => b - a);
  const needed = run.length <= SHORT_WORD ? pairs.length : Math.ceil(LONG_WORD_SHARE * pairs.length);
  return counts[needed - 1] ?? 0;
}
