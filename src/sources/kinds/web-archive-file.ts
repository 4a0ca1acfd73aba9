import { lettersOf } from "../../text/letters.ts";
import type { CheckContext, FoundItem, PageArticle } from "../source.ts";
import { readCapturedPages } from "../web-archives/captured-pages.ts";
import type { CapturedPage } from "../web-archives/read-warc.ts";
import { isPageTrouble } from "./page-trouble.ts";

/** Pages of a file that are looked at in one check; the next one goes on behind them. */
const PAGES_PER_CHECK = 200;
/** Articles that are stored together. */
const BATCH_ARTICLES = 20;
const MAX_PAGE_BYTES = 15 * 2 ** 20;
/** A page without a date and with fewer letters is a list, a menu or an error. */
const MIN_LETTERS = 100;

export interface WebArchiveProgress {
  /** Pages that have been looked at, these and those of earlier checks. */
  readonly pages: number;
  /** Articles among the pages of this check. */
  readonly articles: number;
  readonly isOver: boolean;
}

/**
 * Stores articles of the pages of a WARC or WACZ, from a page on. Where one address was captured more than once, each is stored in turn, so
 * that what was changed becomes an edition.
 * @throws AppError `bad-input` where the file is none or breaks off; what stands before is stored
 */
export async function readWebArchiveInto(
  path: string,
  from: number,
  { take, readPage, signal }: CheckContext,
): Promise<WebArchiveProgress> {
  const batch = new Map<string, FoundItem>();
  let [pages, articles] = [0, 0];
  const store = async (): Promise<void> => {
    if (batch.size > 0) await take([...batch.values()]);
    batch.clear();
  };
  try {
    for await (const page of readCapturedPages(path, MAX_PAGE_BYTES, signal)) {
      signal?.throwIfAborted();
      if (pages++ < from) continue;
      const item = await toItem(page, { readPage, signal });
      if (item !== undefined) {
        if (batch.has(item.url) || batch.size === BATCH_ARTICLES) await store();
        batch.set(item.url, item);
        articles++;
      }
      if (pages === from + PAGES_PER_CHECK) return { pages, articles, isOver: false };
    }
    return { pages, articles, isOver: true };
  } finally {
    if (signal?.aborted !== true) await store();
  }
}

/** Undefined for a page that is no article. */
async function toItem(
  { url, contentType, body, capturedAtMs }: CapturedPage,
  { readPage, signal }: Pick<CheckContext, "readPage" | "signal">,
): Promise<(FoundItem & { readonly url: string }) | undefined> {
  if (readPage === undefined || isFrontPage(url)) return undefined;
  const read = () => readPage(body, { url, contentType, fetchedAtMs: capturedAtMs });
  const page = await read()
    .catch(again(read, signal))
    .catch(again(async () => undefined, signal));
  if (page === undefined || !isArticle(page)) return undefined;
  const published = page.publishedAtMs === undefined ? undefined : new Date(page.publishedAtMs).toISOString();
  const { title, canonicalUrl = url, source } = page;
  const record = { title, body: page.paragraphs.join("\n"), url: canonicalUrl, source, published };
  return {
    url: canonicalUrl,
    record: Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)),
  };
}

/** What is done after a page that takes too much time or memory: those behind it are read all the same. */
const again =
  <Result>(next: () => Promise<Result>, signal?: AbortSignal) =>
  (error: unknown): Promise<Result> => {
    if (!isPageTrouble(error) || signal?.aborted === true) throw error;
    return next();
  };

const isFrontPage = (url: string): boolean => {
  const { pathname, search } = new URL(url);
  return /^\/(?:index\.\w+)?$/.test(pathname) && search === "";
};

const isArticle = ({ title, paragraphs, publishedAtMs }: PageArticle): boolean =>
  title !== undefined &&
  paragraphs.length > 0 &&
  (publishedAtMs !== undefined || lettersOf(paragraphs.join("")).length >= MIN_LETTERS);
