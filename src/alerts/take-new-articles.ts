import { TimeSlices } from "../threads/time-slices.ts";
import { sketchArticle } from "./matching/article-sketch.ts";
import type { Matcher } from "./matching/matcher.ts";
import type { FoundMatch, Progress, ProgressStore } from "./store/progress-store.ts";
import type { StoredArticle, WatchedArchive } from "./watched-archive.ts";

/** Articles that are committed together. */
const STRETCH = 100;

/** How long matching may hold the thread before others get their turn. */
const SLICE_MS = 4;

/** An article that was published so long before it was stored is old news: it is told of with others, and never at once. */
const OLD_AFTER_MS = 3 * 86_400_000;

/** How long an article may wait for its vector before it is held against words alone. */
const VECTOR_WAIT_MS = 24 * 3_600_000;

export interface TakeOptions {
  readonly archive: WatchedArchive;
  readonly matcher: Matcher;
  readonly progress: ProgressStore;
  readonly nowMs: () => number;
  readonly signal?: AbortSignal | undefined;
}

/** What was held against the searches. */
export interface Taken {
  readonly articles: number;
  readonly matches: number;
}

/**
 * Holds what was stored since the last time against the searches, and commits what matches with how far it has come. Stopped at any moment it
 * goes on from there; where another process does the same, one of the two commits.
 */
export async function takeNewArticles(options: TakeOptions): Promise<Taken> {
  const { archive, matcher, progress, nowMs, signal } = options;
  await matcher.refresh(signal);
  let articles = 0;
  let matches = 0;
  for (;;) {
    const from = await findStart(archive, progress);
    const head = await archive.head();
    if (head <= from) break;
    if (matcher.size === 0) {
      const edition = (await archive.editionAt(head)) ?? "";
      progress.commit({ from, to: head, edition, matches: [], awaitingVector: [] }, nowMs());
      break;
    }
    const stretch = await archive.after(from, STRETCH);
    const found = await matchAll(stretch.articles, options);
    const awaitingVector = matcher.asksMeaning
      ? stretch.articles.filter((one) => one.awaitsVector).map(({ sequence }) => sequence)
      : [];
    const edition = (await archive.editionAt(stretch.to)) ?? "";
    if (progress.commit({ from, to: stretch.to, edition, matches: found, awaitingVector }, nowMs())) {
      articles += stretch.articles.length;
      matches += found.length;
    }
    signal?.throwIfAborted();
  }
  matches += await takeAwaited(options);
  return { articles, matches };
}

async function matchAll(articles: readonly StoredArticle[], options: TakeOptions): Promise<FoundMatch[]> {
  const { matcher, nowMs, signal } = options;
  const slices = new TimeSlices(SLICE_MS);
  const found: FoundMatch[] = [];
  for (const { article, vector, sequence, edition } of articles) {
    const ids = matcher.match(article, vector);
    if (ids.length > 0) {
      const { publishedAtMs } = article;
      const isOld = publishedAtMs !== undefined && nowMs() - publishedAtMs > OLD_AFTER_MS;
      const sketch = sketchArticle(article);
      for (const alertId of ids) found.push({ alertId, articleId: article.id, edition, sequence, isOld, sketch });
    }
    if (slices.isOver) {
      await slices.next();
      signal?.throwIfAborted();
    }
  }
  return found;
}

/** Holds articles that have got their vector since against the searches once more: what they match already adds nothing. */
async function takeAwaited(options: TakeOptions): Promise<number> {
  const { archive, progress, nowMs } = options;
  const done: number[] = [];
  const ready: StoredArticle[] = [];
  for (const { sequence, sinceMs } of progress.awaitingVector(STRETCH)) {
    const stored = await archive.at(sequence);
    if (stored?.awaitsVector === true && nowMs() - sinceMs < VECTOR_WAIT_MS) continue;
    done.push(sequence);
    if (stored !== undefined) ready.push(stored);
  }
  const found = await matchAll(ready, options);
  progress.commitAwaited(done, found, nowMs());
  return found.length;
}

/**
 * The article of the archive after which it goes on. Where the archive is not the one that was known, because a backup of it or another
 * archive lies in its place, that is the last article that both have, or the archive's last one where they have none.
 */
export async function findStart(archive: WatchedArchive, progress: ProgressStore): Promise<number> {
  for (;;) {
    const known = progress.read();
    const place = { archive, progress, head: await archive.head() };
    if (known !== undefined && (await isStillThere(known, place))) return known.sequence;
    const next = known === undefined ? { sequence: place.head, notice: undefined } : await findNewStart(known, place);
    const edition = await archive.editionAt(next.sequence);
    if (progress.reset(known, { archive: archive.name, ...next }, edition)) return next.sequence;
  }
}

interface Place extends Pick<TakeOptions, "archive" | "progress"> {
  /** The last article of the archive. */
  readonly head: number;
}

/** Whether the archive is the one that is known, as far as it has been held against the searches. */
async function isStillThere(known: Progress, { archive, progress, head }: Place): Promise<boolean> {
  if (known.archive !== archive.name || known.sequence > head) return false;
  const [last] = progress.checkpoints();
  return last === undefined || (await stoodThere(archive, last)) !== false;
}

async function findNewStart(known: Progress, place: Place): Promise<Pick<Progress, "sequence" | "notice">> {
  const { archive, head } = place;
  if (known.archive !== archive.name)
    return {
      sequence: head,
      notice: `Another archive lies in the place of the one that was followed; followed searches begin with what is stored from now on, after article ${head}.`,
    };
  const sequence = (await findShared(place)) ?? Math.min(known.sequence, head);
  return {
    sequence,
    notice: `The archive was at article ${known.sequence} and is now an earlier or another state of it; followed searches go on after article ${sequence}.`,
  };
}

/** The last article that is known to have stood there before. */
async function findShared({ archive, progress, head }: Place): Promise<number | undefined> {
  for (const checkpoint of progress.checkpoints())
    if (checkpoint.sequence <= head && (await stoodThere(archive, checkpoint)) === true) return checkpoint.sequence;
  return undefined;
}

/** Whether the same article stood at a sequence; undefined where that is not known any more. */
async function stoodThere(
  archive: WatchedArchive,
  { sequence, edition }: { readonly sequence: number; readonly edition: string },
): Promise<boolean | undefined> {
  const found = await archive.editionAt(sequence);
  return found === undefined || edition === "" ? undefined : found === edition;
}
