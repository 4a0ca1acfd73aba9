import type { Article } from "../archive/article.ts";
import type { BadDate } from "./article.ts";
import { type DateFlaw, FLAWS } from "./dates/day.ts";
import { addExample, type RecordNote } from "./report.ts";
import type { SeenBefore } from "./seen-ids.ts";

/** What is known of an article beside what is stored of it. */
export interface NotedArticle {
  readonly article: Article;
  readonly badDate?: BadDate | undefined;
  /** What stood in the place of its id. */
  readonly badId?: string | undefined;
  /** Where its id came before, if it did. */
  readonly before?: SeenBefore | undefined;
}

/** Counts of what an import noticed of its articles, with the first examples. */
export class ArticleNotes {
  contradicting = 0;
  colliding = 0;
  withoutTitle = 0;
  withoutBody = 0;
  undated = 0;
  madeIds = 0;
  readonly badDateCounts: Partial<Record<DateFlaw, number>> = {};
  readonly badDates: RecordNote[] = [];
  readonly badIds: RecordNote[] = [];
  readonly repeatedIds: RecordNote[] = [];

  add({ article, badDate, badId, before }: NotedArticle, place: Omit<RecordNote, "text">): void {
    const { id, title, body, publishedAtMs } = article;
    if (title === "") this.withoutTitle++;
    if (body === "") this.withoutBody++;
    if (publishedAtMs === undefined) this.undated++;
    if (before?.withSameText === false) this[before.inSameInput ? "contradicting" : "colliding"]++;
    if (before !== undefined) addExample(this.repeatedIds, { ...place, text: id });
    if (badId !== undefined) {
      this.madeIds++;
      addExample(this.badIds, { ...place, text: badId === "" ? "empty" : badId });
    }
    if (badDate !== undefined && publishedAtMs === undefined) {
      const { flaw, text } = badDate;
      this.#countFlaw(flaw, 1);
      addExample(this.badDates, { ...place, text: `${text} (${FLAWS[flaw]})` });
    }
  }

  /** Adds those of other articles, which came later. */
  addAll(other: ArticleNotes): void {
    this.contradicting += other.contradicting;
    this.colliding += other.colliding;
    this.withoutTitle += other.withoutTitle;
    this.withoutBody += other.withoutBody;
    this.undated += other.undated;
    this.madeIds += other.madeIds;
    for (const [flaw, count] of Object.entries(other.badDateCounts)) this.#countFlaw(flaw as DateFlaw, count);
    for (const note of other.badDates) addExample(this.badDates, note);
    for (const note of other.badIds) addExample(this.badIds, note);
    for (const note of other.repeatedIds) addExample(this.repeatedIds, note);
  }

  #countFlaw(flaw: DateFlaw, count: number): void {
    this.badDateCounts[flaw] = (this.badDateCounts[flaw] ?? 0) + count;
  }
}
