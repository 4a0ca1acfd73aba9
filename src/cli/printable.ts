/**
 * What nobody sees or what a terminal would obey: control characters (line breaks and tabs aside), marks that turn the direction of
 * text, characters without a width, tags. Variants of characters and emoji, which are seen, are none.
 */
const UNSEEN = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--[\n\t\uFE00-\uFE0F\u{E0100}-\u{E01EF}]]/gv;

/** Joins the parts of one emoji. */
const JOINS_EMOJI = /\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\uFE0F)?$/u;
const JOINER = "\u200d";

/** Makes visible what nobody sees, as `\u202e`: inside a string of JSON, where alone such characters stand, the same text. */
export function toVisible(text: string): string {
  return text.replace(UNSEEN, (character, at: number) => {
    const isPartOfEmoji =
      character === JOINER &&
      JOINS_EMOJI.test(text.slice(Math.max(0, at - 4), at)) &&
      /^\p{Extended_Pictographic}/u.test(text.slice(at + 1, at + 3));
    return isPartOfEmoji ? character : toEscapes(character);
  });
}

const toEscapes = (character: string): string =>
  Array.from({ length: character.length }, (_, index) => {
    const code = character.charCodeAt(index);
    return `\\u${code.toString(16).padStart(4, "0")}`;
  }).join("");

/** Text of an article, or a name, on one line: line breaks and tabs become spaces, and what nobody sees is made visible. */
export function toPrintable(text: string): string {
  return toVisible(text.replace(/[\n\r\t\v\f\u0085\u2028\u2029]+/g, " "));
}

/** `3.4 MB`; units of 1000. */
export function toSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 99.5 || unit === 0 ? Math.round(value) : value.toPrecision(2)} ${units[unit]}`;
}
