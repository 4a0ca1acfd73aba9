/** What an article is told apart by when a sample is drawn: nothing that depends on when or where it is stored. */
export interface SampledArticle {
  /** −Infinity without a date. */
  readonly publishedAtMs: number;
  /** Terms, those of the title counted as often as they weigh, at most {@link MAX_TERM_COUNT}. */
  readonly termCount: number;
  /** See {@link codeWordOf}. */
  readonly codeWord: number;
}

/** Longer articles count as this long. */
export const MAX_TERM_COUNT = 0xffff;

/** Larger than every number that {@link sampleOrderOf} gives. */
export const END_OF_ORDER = 2 ** 31;

/** The first four bytes of a code as one number. */
export const codeWordOf = (code: Uint8Array): number =>
  ((code[0] ?? 0) | ((code[1] ?? 0) << 8) | ((code[2] ?? 0) << 16) | ((code[3] ?? 0) << 24)) >>> 0;

/**
 * Where an article stands in the order in which a sample is drawn: by chance, and the same in every engine and after every merge. The sample
 * of an archive are the first so many articles, of those with equal numbers one.
 */
export function sampleOrderOf({ publishedAtMs, termCount, codeWord }: SampledArticle): number {
  const isDated = Number.isFinite(publishedAtMs);
  let mixed = mix(0x9e3779b9, codeWord);
  mixed = mix(mixed, isDated ? publishedAtMs >>> 0 : 0xffffffff);
  mixed = mix(mixed, isDated ? Math.floor(publishedAtMs / 2 ** 32) : 0xffffffff);
  mixed = mix(mixed, Math.min(MAX_TERM_COUNT, termCount));
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 1;
}

/** One round of MurmurHash3. */
function mix(hash: number, word: number): number {
  let scrambled = Math.imul(word, 0xcc9e2d51);
  scrambled = Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b873593);
  const joined = hash ^ scrambled;
  return (Math.imul((joined << 13) | (joined >>> 19), 5) + 0xe6546b64) | 0;
}
