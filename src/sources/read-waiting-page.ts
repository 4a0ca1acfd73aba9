import type { Article } from "../archive/article.ts";
import { AppError } from "../errors.ts";
import type { Fetched } from "../fetch/fetcher.ts";
import { PAGE_TYPES } from "./kinds/page-source.ts";
import { assertOk } from "./kinds/read-answer.ts";
import type { CheckContext, PageArticle, ReadPage } from "./source.ts";
import type { PageStore, WaitingPage } from "./store/page-store.ts";
import type { PutArticles } from "./take-items.ts";

/** When a page that could not be read is tried again; after the last the article stays as its feed tells it. */
const RETRIES_MS = [600_000, 3_600_000, 6 * 3_600_000, 24 * 3_600_000];
/** Pages of one article that are put together. */
const MAX_PARTS = 12;

export interface PageContext extends Pick<CheckContext, "fetcher" | "assertAllowed" | "clock" | "signal"> {
  readonly pages: PageStore;
  readonly put: PutArticles;
  readonly readPage: ReadPage;
}

/** Reads the page of an article and stores its text. Where it cannot be read, what the feed tells is stored, and the page is tried again. */
export async function readWaitingPage(page: WaitingPage, context: PageContext): Promise<void> {
  const { pages, put, clock, signal } = context;
  try {
    const read = await readParts(page.url, context);
    await put([merge(page.article, read)]);
    pages.remove(page.id);
  } catch (error) {
    if (signal?.aborted === true || !(error instanceof AppError) || !isOfThePage(error)) throw error;
    if (page.tries === 0 && page.article.title !== page.article.url) await put([page.article]);
    const wait = RETRIES_MS[page.tries];
    if (wait === undefined || isFinal(error)) {
      if (page.article.title === page.article.url) await put([page.article]);
      pages.remove(page.id);
      return;
    }
    pages.retry(page, clock.nowMs() + Math.max(wait, (error.retryAfterS ?? 0) * 1000), error.message);
  }
}

/** Reads every page of a source that is due, one after the other; false where the signal came first. What is left is read another time. */
export async function readWaitingPages(sourceId: number, context: PageContext): Promise<boolean> {
  const { pages, clock, signal } = context;
  for (;;) {
    const nowMs = clock.nowMs();
    const page = pages.due(nowMs, 1, sourceId)[0];
    if (page === undefined) return true;
    if (signal?.aborted === true) return false;
    if (pages.claim(page, nowMs)) await readWaitingPage(page, context);
  }
}

const isOfThePage = ({ code }: AppError): boolean =>
  ["fetch-failed", "fetch-refused", "bad-input", "timeout", "payload-too-large"].includes(code);

const isFinal = (error: AppError): boolean =>
  error.code === "fetch-refused" || /answered (?:401|402|403|404|410|451)/.test(error.message);

async function readParts(url: string, context: PageContext): Promise<PageArticle> {
  const first = await readOne(url, context);
  const paragraphs = [...first.paragraphs];
  const seen = new Set([url]);
  let next = first.nextPage;
  while (
    next !== undefined &&
    !seen.has(next) &&
    seen.size < MAX_PARTS &&
    URL.parse(next)?.host === URL.parse(url)?.host
  ) {
    seen.add(next);
    const part: PageArticle = await readOne(next, context);
    paragraphs.push(...part.paragraphs);
    next = part.nextPage;
  }
  return { ...first, paragraphs };
}

async function readOne(
  url: string,
  { fetcher, assertAllowed, clock, signal, readPage }: PageContext,
): Promise<PageArticle> {
  await assertAllowed(url, signal);
  const answer: Fetched = await fetcher.get(url, { accept: PAGE_TYPES, signal });
  assertOk(answer, clock.nowMs());
  return readPage(answer.body, { url: answer.url, contentType: answer.headers["content-type"] });
}

/** What the feed says of an article counts more, but for its text. */
function merge(article: Article, page: PageArticle): Article {
  const body = page.paragraphs.join("\n");
  return {
    ...article,
    title: article.title === article.url || article.title === "" ? (page.title ?? article.title) : article.title,
    body: body.length > article.body.length ? body : article.body,
    source: article.source ?? page.source,
    publishedAtMs: article.publishedAtMs ?? page.publishedAtMs,
  };
}
