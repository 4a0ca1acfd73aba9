/** An article as citations need it: what is known, on one line each, the day in the archive's calendar. */
export interface CitedArticle {
  readonly id: string;
  readonly title: string;
  readonly source: string | undefined;
  readonly category: string | undefined;
  /** Keywords that a reader gave it. */
  readonly tags?: readonly string[];
  readonly url: string | undefined;
  /** `YYYY-MM-DD`. */
  readonly day: string | undefined;
  /** BCP 47; undefined where it is not known. */
  readonly language: string | undefined;
}

/** Line breaks and control characters would end a field of the formats that go by lines. */
export const toLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ")
    .trim();
