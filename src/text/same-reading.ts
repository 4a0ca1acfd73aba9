/** What a text loses before it is compared: tags, and everything that cannot be seen. */
const MARKUP = /<\/?[a-z][^<>]*>/gi;
const UNSEEN = /[\s\p{Cc}\p{Cf}]+/gu;
/** Quotation marks and apostrophes, which programs on the way straighten and curl. */
const QUOTES = /[“”„«»「」『』"]/g;
const APOSTROPHES = /[‘’‚´`']/g;

const toReading = (text: string): string =>
  text.replace(MARKUP, "").normalize("NFKC").replace(UNSEEN, "").replace(QUOTES, '"').replace(APOSTROPHES, "'");

/**
 * Whether two texts read the same: they differ at most in white space, paragraphs, markup, invisible characters, full and half width, and
 * the shape of quotation marks.
 */
export const readsTheSame = (one: string, other: string): boolean =>
  one === other || toReading(one) === toReading(other);
