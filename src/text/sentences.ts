/** A stretch of text; UTF-16 offsets, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const ENDS_SENTENCE = "。！？!?；;…\u2028\u2029\n\r";
/** Belongs to the sentence before it: 他说：“走吧。” ends behind the quote. */
const CLOSES = "”’」』）)】》〉］]\"'";
const ENDS_CLAUSE = "，、：,:　 \t";
/** What `\s` stands for. */
const SPACES =
  "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";

/** What a UTF-16 unit does, in bits. */
const ENDS_SENTENCE_BIT = 1;
const CLOSES_BIT = 2;
const ENDS_CLAUSE_BIT = 4;
const SPACE_BIT = 8;
const FULL_STOP_BIT = 16;

const kinds = classify();

function classify(): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (const [units, bit] of [
    [ENDS_SENTENCE, ENDS_SENTENCE_BIT],
    [CLOSES, CLOSES_BIT],
    [ENDS_CLAUSE, ENDS_CLAUSE_BIT],
    [SPACES, SPACE_BIT],
    [".", FULL_STOP_BIT],
  ] as const)
    for (let index = 0; index < units.length; index++) {
      const unit = units.charCodeAt(index);
      table[unit] = (table[unit] as number) | bit;
    }
  return table;
}

/** Whether the unit at `index` is one of those that some bits stand for. */
const isAny = (text: string, index: number, bits: number): boolean =>
  ((kinds[text.charCodeAt(index)] as number) & bits) !== 0;

/**
 * The sentences of a text, in order, without white space around them; nothing but white space lies between. A sentence ends at
 * 。！？； and their ASCII kin, at a full stop before white space, and at line breaks; closing quotes and brackets stay with it.
 */
export function splitSentences(text: string): Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    if (!isAny(text, index, ENDS_SENTENCE_BIT | FULL_STOP_BIT)) continue;
    const isInside = isAny(text, index, FULL_STOP_BIT) && index + 1 < text.length && !isAny(text, index + 1, SPACE_BIT);
    if (isInside) continue;
    let end = index + 1;
    while (end < text.length && isAny(text, end, ENDS_SENTENCE_BIT | CLOSES_BIT)) end++;
    addTrimmed(text, start, end, spans);
    start = end;
    index = end - 1;
  }
  addTrimmed(text, start, text.length, spans);
  return spans;
}

/** The clauses of a sentence: cut behind ，、： their ASCII kin and spaces. Offsets are into `text`. */
export function splitClauses(text: string, { start, end }: Span): Span[] {
  const spans: Span[] = [];
  let from = start;
  for (let index = start; index < end; index++) {
    if (!isAny(text, index, ENDS_CLAUSE_BIT) || isInNumber(text, index)) continue;
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
  while (start < end && isAny(text, start, SPACE_BIT)) start++;
  while (end > start && isAny(text, end - 1, SPACE_BIT)) end--;
  if (end > start) spans.push({ start, end });
}
