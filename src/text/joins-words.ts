/** Words of Chinese text, by the dictionary that comes with the runtime (ICU). Loaded with the first text that asks. */
let segmenter: Intl.Segmenter | undefined;

/** Units read on each side of a place to know the words around it. */
const CONTEXT_UNITS = 24;

/**
 * Whether the two units at `start` join the end of one word and the beginning of another, and cut at least one of them: 行降 in
 * 银行|降低, 中国 in 发展|中|国家. `text` is folded; Chinese stands at `start`.
 */
export function joinsWords(text: string, start: number): boolean {
  segmenter ??= new Intl.Segmenter("zh", { granularity: "word" });
  const from = Math.max(0, start - CONTEXT_UNITS);
  const end = start + 2;
  const around = segmenter.segment(text.slice(from, end + CONTEXT_UNITS));
  // Asked for three places, it is several times as fast as going through all of the words.
  const isEdge = (at: number): boolean => at === text.length || around.containing(at - from)?.index === at - from;
  return isEdge(start + 1) && !(isEdge(start) && isEdge(end));
}
