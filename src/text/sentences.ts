/** A stretch of text; UTF-16 offsets, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const ENDS_SENTENCE = new Set("。！？!?；;…\u2028\u2029\n\r");
/** Belongs to the sentence before it: 他说：“走吧。” ends behind the quote. */
const CLOSES = new Set("”’」』）)】》〉］]\"'");

/**
 * The sentences of a text, in order, without white space around them; nothing but white space lies between. A sentence ends at
 * 。！？； and their ASCII kin, at a full stop before white space, and at line breaks; closing quotes and brackets stay with it.
 */
export function splitSentences(text: string): Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    const ends =
      ENDS_SENTENCE.has(character) ||
      (character === "." && (index + 1 === text.length || /\s/.test(text.charAt(index + 1))));
    if (!ends) continue;
    let end = index + 1;
    while (end < text.length && (ENDS_SENTENCE.has(text.charAt(end)) || CLOSES.has(text.charAt(end)))) end++;
    addTrimmed(text, start, end, spans);
    start = end;
    index = end - 1;
  }
  addTrimmed(text, start, text.length, spans);
  return spans;
}

const ENDS_CLAUSE = new Set("，、：,:　 \t");

/** The clauses of a sentence: cut behind ，、： their ASCII kin and spaces. Offsets are into `text`. */
export function splitClauses(text: string, { start, end }: Span): Span[] {
  const spans: Span[] = [];
  let from = start;
  for (let index = start; index < end; index++) {
    if (!ENDS_CLAUSE.has(text.charAt(index)) || isInNumber(text, index)) continue;
    addTrimmed(text, from, index + 1, spans);
    from = index + 1;
  }
  addTrimmed(text, from, end, spans);
  return spans;
}

/** 1,200 and 12:30 are not cut. */
const isInNumber = (text: string, index: number): boolean =>
  /^\d[,:]\d/.test(text.slice(Math.max(0, index - 1), index + 2));

function addTrimmed(text: string, start: number, end: number, spans: Span[]): void {
  while (start < end && /\s/.test(text.charAt(start))) start++;
  while (end > start && /\s/.test(text.charAt(end - 1))) end--;
  if (end > start) spans.push({ start, end });
}
