import { AppError } from "../errors.ts";
import type { Fetched } from "../fetch/fetcher.ts";
import { FEED_TYPES } from "./kinds/feed-source.ts";
import { PAGE_TYPES } from "./kinds/page-source.ts";
import { assertOk, readSent } from "./kinds/read-answer.ts";
import type { CheckContext } from "./source.ts";
import type { NewSource } from "./store/source-store.ts";

/** What an address leads to. */
export interface FoundSource extends Pick<NewSource, "kind" | "address" | "title"> {
  /** How it was come by, where it is not what was named. */
  readonly remark: string | undefined;
}

/** Feeds of a page that are named beside the one that is followed. */
const MAX_NAMED = 5;

export type FindContext = Pick<CheckContext, "fetcher" | "assertAllowed" | "clock" | "signal" | "readDocument">;

/**
 * Finds out what can be followed at an address: a feed, a sitemap, the feed that a page names, or the articles that it links to.
 * @throws AppError `bad-input` where there is nothing, and what fetching throws
 */
export async function findSource(address: string, context: FindContext): Promise<FoundSource> {
  const answer = await context.fetcher.get(address, {
    accept: `${FEED_TYPES}, text/html;q=0.8`,
    signal: context.signal,
  });
  assertOk(answer, context.clock.nowMs());
  const found = await readAsSource(answer, answer.movedTo ?? address, context);
  if (found !== undefined) return found;
  const page = await readSent("page", answer, context);
  if (page === undefined) throw nothing(address, "It is neither a feed nor a sitemap nor a page.");
  const { feeds, articles, title } = page;
  for (const feed of feeds) {
    const linked = await tryFeed(feed, context);
    if (linked === undefined) continue;
    const others = feeds.filter((other) => other !== feed);
    const more = others.length === 0 ? "" : ` It names others too: ${others.slice(0, MAX_NAMED).join(", ")}.`;
    return { ...linked, remark: `${address} is a page; this is the feed that it names.${more}` };
  }
  if (articles.length === 0)
    throw nothing(address, "The page names no feed and links to nothing that looks like an article.");
  await context.assertAllowed(answer.url, context.signal);
  return {
    kind: "page",
    address: answer.url,
    title,
    remark: `It is a page without a feed: the ${articles.length} links on it that look like articles are followed.`,
  };
}

async function readAsSource(answer: Fetched, address: string, context: FindContext): Promise<FoundSource | undefined> {
  const feed = await readSent("feed", answer, context);
  if (feed !== undefined) return { kind: "feed", address, title: feed.title, remark: undefined };
  const sitemap = await readSent("sitemap", answer, context);
  return sitemap === undefined ? undefined : { kind: "sitemap", address, title: undefined, remark: undefined };
}

async function tryFeed(address: string, context: FindContext): Promise<FoundSource | undefined> {
  try {
    const { fetcher, signal } = context;
    const answer = await fetcher.get(address, { accept: `${FEED_TYPES}, ${PAGE_TYPES}`, signal });
    return answer.status === 200 ? await readAsSource(answer, answer.movedTo ?? address, context) : undefined;
  } catch (error) {
    // A page may name feeds that are gone; another one may be there.
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

const nothing = (address: string, why: string): AppError =>
  new AppError("bad-input", `There is nothing to follow at ${address}. ${why}`);
