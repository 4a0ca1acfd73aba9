/** Characters of one answer, as JSON: clients cut longer ones, and nobody could tell where. */
export const MAX_ANSWER_UNITS = 8000;

const sizeOf = (value: unknown): number => JSON.stringify(value).length;

/**
 * As many items as an answer has room for, from the first on, at least one where there is any.
 * @param shell the answer without items, with everything else that it will hold
 */
export function fitItems<T>(items: readonly T[], shell: unknown): readonly T[] {
  let room = MAX_ANSWER_UNITS - sizeOf(shell);
  let count = 0;
  for (const item of items) {
    room -= sizeOf(item) + 1;
    if (room < 0) break;
    count++;
  }
  return items.slice(0, Math.max(1, count));
}

/** The largest `end` up to `text.length` with which `toAnswer` still fits; never within a character. */
export function fitText(text: string, from: number, toAnswer: (end: number) => unknown): number {
  let fits = from;
  let fails = Math.min(text.length, from + MAX_ANSWER_UNITS) + 1;
  while (fails - fits > 1) {
    const middle = (fits + fails) >> 1;
    if (sizeOf(toAnswer(middle)) <= MAX_ANSWER_UNITS) fits = middle;
    else fails = middle;
  }
  return fits < text.length && isWithinCharacter(text, fits) ? fits - 1 : fits;
}

/** Between the halves of a surrogate pair. */
const isWithinCharacter = (text: string, at: number): boolean => (text.codePointAt(at - 1) ?? 0) > 0xffff;
