/** Lines that a page or a mail was cut into, put together again: 经济恢⏎复增长 → 经济恢复增长. Paragraphs stay. */

let segmenter: Intl.Segmenter | undefined;

const HAN_FIRST = /^\p{Script=Han}/u;
/** Between two Chinese characters, with nothing else around. */
const BREAK = /(?<=\p{Script=Han})\n(?=\p{Script=Han})/gu;
const NUMERALS = /^[〇零一二三四五六七八九十百千万萬亿億第两兩]+$/;
/** Characters looked at on each side of a break to know the words around it. */
const CONTEXT = 8;
/** A line counts as full from this part of the longest one on. */
const FULL_LINE = 0.8;
/** Breaks of a text that are looked at; a book's first thousand tell how it was made. */
const MAX_BREAKS = 1000;
/** Words cut in two from which on all full lines of a text are taken for wrapped ones. */
const MIN_CUT_WORDS = 2;
/** Part of the breaks between characters that cut words in a text that was wrapped; chance makes one in a hundred. */
const MIN_CUT_SHARE = 0.15;
/** Beside a paragraph of this width, in half-widths, a line that is less than half as wide may be a heading. */
const PARAGRAPH_WIDTH = 120;
/** A line that ends in the middle of a sentence: in a character or a comma. */
const GOES_ON = /[\p{Script=Han}，、,]$/u;

export function joinHardWraps(text: string): string {
  if (!text.includes("\n")) return text;
  const breaks: number[] = [];
  for (const { index } of text.matchAll(BREAK)) if (breaks.push(index) === MAX_BREAKS) break;
  if (breaks.length === 0) return text;
  const longest = text.split("\n").reduce((most, line) => Math.max(most, widthOf(line)), 0);
  const cuts = new Set(breaks.filter((at) => !endsHeading(text, at, longest) && cutsWord(text, at)));
  if (cuts.size < breaks.length * MIN_CUT_SHARE) return text;
  if (cuts.size >= MIN_CUT_WORDS) return joinFullLines(text, longest, cuts);
  if (breaks.length === MAX_BREAKS) return text;
  return text.replace(BREAK, (whole, at: number) => (cuts.has(at) ? "" : whole));
}

/** Whether the line before is short and no piece of a sentence, as headings are: their last word may join with the next by chance. */
function endsHeading(text: string, at: number, longest: number): boolean {
  const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  return longest >= PARAGRAPH_WIDTH && widthOf(line) < longest / 2 && !/[。！？；]|，.*，/.test(line);
}

/** Whether the line break at `at` stands inside of a word, and what it leaves on both sides is no word. */
function cutsWord(text: string, at: number): boolean {
  segmenter ??= new Intl.Segmenter("zh", { granularity: "word" });
  const left = /\p{Script=Han}*$/u.exec(text.slice(Math.max(0, at - CONTEXT), at))?.[0] ?? "";
  const right = /^\p{Script=Han}*/u.exec(text.slice(at + 1, at + 1 + CONTEXT))?.[0] ?? "";
  const [lastOfLeft] = [...segmenter.segment(left)].slice(-1);
  const [firstOfRight] = segmenter.segment(right);
  // 14日, 3死27伤: the character counts the number before it.
  if (left.length === 1 && /\d/.test(text[at - 2] ?? "")) return false;
  if (lastOfLeft?.segment.length !== 1 || firstOfRight?.segment.length !== 1) return false;
  for (const { index, segment } of segmenter.segment(left + right)) {
    // Numbers run together as words do.
    if (index < left.length && index + segment.length > left.length) return !NUMERALS.test(segment);
  }
  return false;
}

/** Joins every line that is nearly as long as the longest and ends in the middle of a sentence, or of a word, with the one below. */
function joinFullLines(text: string, longest: number, cuts: ReadonlySet<number>): string {
  const lines = text.split("\n");
  let joined = lines[0] ?? "";
  let at = joined.length;
  for (let index = 1; index < lines.length; index++) {
    const above = lines[index - 1] ?? "";
    const line = lines[index] ?? "";
    const isFull = GOES_ON.test(above) && widthOf(above) >= longest * FULL_LINE;
    const isWrapped = cuts.has(at) || (isFull && line !== "" && !/^[\s\u3000]/.test(line));
    if (!isWrapped) joined += `\n${line}`;
    else joined += HAN_FIRST.test(line) || !/[A-Za-z\d]$/.test(above) ? line : ` ${line}`;
    at += 1 + line.length;
  }
  return joined;
}

/** In half-widths, as a printed line is measured. */
function widthOf(line: string): number {
  let width = 0;
  for (let index = 0; index < line.length; index++) width += line.charCodeAt(index) > 0x2e7f ? 2 : 1;
  return width;
}
