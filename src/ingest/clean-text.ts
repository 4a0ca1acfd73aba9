import { decodeEntities } from "./entities.ts";
import { joinHardWraps } from "./hard-wraps.ts";
import { htmlToText, isHtml } from "./html.ts";

/**
 * Takes out of a text what is no part of it, and nothing else:
 *
 *     control characters, soft hyphens, zero-width blanks, lone surrogates
 *     entities            &#28207;股 → 港股
 *     pieces of markup    a<br/>b in a body, <em>港股</em> in a title
 *     broken lines        恢⏎复 → 恢复
 *
 * What it gives back it leaves as it is when it meets it again: an exported article comes in as it went out.
 */

/** Rounds in which markup may come to light below markup; no text needs more than three. */
const MAX_ROUNDS = 8;

function untilStable(text: string, clean: (text: string) => string): string {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const cleaned = clean(text);
    if (cleaned === text) return text;
    text = cleaned;
  }
  return text;
}

const CONTROLS = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f]/;
/** Soft hyphen, zero-width space, word joiner, byte-order mark: nothing to see, and words are not found through them. */
const UNSEEN = /[\u00ad\u200b\u2060\ufeff]/;
const LINE_ENDS = /\r\n?|[\u000b\u000c\u0085\u2028\u2029]/;
/** Any of them, or a no-break space; most texts hold none. */
const RARE = /[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\u00ad\u200b\u2028\u2029\u2060\ufeff]/;

/** Without the characters that no text needs and that databases and feeds stumble over; lines end in LF. */
export function cleanCharacters(text: string): string {
  if (RARE.test(text)) {
    text = text
      .replace(new RegExp(LINE_ENDS, "g"), "\n")
      .replace(new RegExp(`${CONTROLS.source}|${UNSEEN.source}`, "g"), "")
      .replaceAll("\u00a0", " ");
  }
  return text.toWellFormed().trim();
}

const CDATA = /^<!\[CDATA\[(.*?)\]\]>$/s;
/** Tags that only dress a text, in pairs: `<em>港股</em>`. A tag alone, or any other, may be what a text is about. */
const DRESS = /<(a|b|big|em|font|i|mark|s|small|span|strong|sub|sup|u)(?:\s[^<>]*)?>([^<>]*)<\/\1\s*>/gi;
const LINE_BREAK_TAG = /(?<! ) *<br\s*\/?>[ \n]*/gi;
const IMAGE_TAG = /<img\s[^<>]*>/gi;
const HAS_SOURCE = /\bsrc\s*=/i;

const withoutImages = (text: string): string => text.replace(IMAGE_TAG, (tag) => (HAS_SOURCE.test(tag) ? "" : tag));

const withoutDress = (text: string): string => untilStable(text, (dressed) => dressed.replace(DRESS, "$2"));

/** A title stands on one line. */
export function cleanTitle(text: string): string {
  return untilStable(text, (title) => {
    let clean = cleanCharacters(title).replace(CDATA, "$1");
    if (clean.includes("&")) clean = decodeEntities(clean);
    if (clean.includes("<")) clean = withoutDress(clean).replace(LINE_BREAK_TAG, " ");
    if (/[\n\t]/.test(clean)) clean = clean.replace(/\s+/g, (blanks, at: number) => toTitleGap(blanks, at, clean));
    return clean;
  });
}

/** What stands for blanks in a title: nothing for a line break between Chinese characters, a space for any other or a tab. */
function toTitleGap(blanks: string, at: number, title: string): string {
  if (!/[\n\t]/.test(blanks)) return blanks;
  const end = at + blanks.length;
  // Rare characters take two units of a string.
  const isBetweenHan =
    /\p{Script=Han}$/u.test(title.slice(Math.max(0, at - 2), at)) && /^\p{Script=Han}/u.test(title.slice(end, end + 2));
  return blanks.includes("\n") && isBetweenHan ? "" : " ";
}

/** A body keeps its paragraphs; one that is a piece of a page becomes the text that a reader would see. */
export function cleanBody(text: string): string {
  return untilStable(text, (body) => {
    let clean = cleanCharacters(body).replace(CDATA, "$1");
    if (clean.includes("<")) {
      if (isHtml(clean)) clean = htmlToText(clean) || clean;
      else clean = withoutImages(withoutDress(clean).replace(LINE_BREAK_TAG, "\n"));
    }
    if (clean.includes("&")) clean = decodeEntities(clean);
    return joinHardWraps(clean);
  });
}

/** What programs write where there is nothing. */
const NOTHING = /^(?:nan|none|null|nil|undefined|\\n|nat|<na>|n\/a|#n\/a|\(null\))$/i;

/** True for text that stands for nothing: empty, or `NULL`, `nan`, `None`, `\N` as dumps write it. */
export const isNothing = (text: string): boolean => text === "" || (text.length <= 9 && NOTHING.test(text));
