import { AppError } from "../../errors.ts";
import type { SitemapEntry } from "../documents/parse-sitemap.ts";
import { freshForMs } from "../http-waits.ts";
import type { CheckContext, CheckedSource, CheckResult, FoundItem, SourceKind } from "../source.ts";
import { assertOk, readSent, toValidators } from "./read-answer.ts";

/** Sitemaps of an index that are looked at in one check: the latest changed. */
const MAX_SITEMAPS = 10;
/** Without a date of its own an entry may be years old: only the first look tells what was there before. */
const MAX_AGE_MS = 3 * 86_400_000;

const SITEMAP_TYPES = "application/xml, text/xml;q=0.9, */*;q=0.5";

/** A sitemap, of news best: the articles of the last two days, each with its title. */
export const SITEMAP_SOURCE: SourceKind = { kind: "sitemap", check: checkSitemap };

async function checkSitemap(source: CheckedSource, given: CheckContext): Promise<CheckResult> {
  const { fetcher, clock, signal } = given;
  const { state } = source;
  const answer = await fetcher.get(source.address, { validators: state, accept: SITEMAP_TYPES, signal });
  const askedWaitMs = freshForMs(answer.headers, clock.nowMs());
  const { movedTo } = answer;
  if (answer.status === 410) return { outcome: "gone", state };
  if (answer.status === 304) return { outcome: "unchanged", state, askedWaitMs, movedTo };
  assertOk(answer, clock.nowMs());
  const sitemap = await readSent("sitemap", answer, given);
  if (sitemap === undefined) throw new AppError("bad-input", `${answer.url} is no sitemap.`);
  const pages = [...sitemap.pages];
  for (const { url } of sitemap.sitemaps.slice(0, MAX_SITEMAPS)) {
    const part = await fetcher.get(url, { accept: SITEMAP_TYPES, signal });
    assertOk(part, clock.nowMs());
    pages.push(...((await readSent("sitemap", part, given))?.pages ?? []));
  }
  await given.take(pages.filter((page) => isRecent(page, clock.nowMs())).map(toItem));
  // Parts of an index change without it.
  const isIndex = sitemap.sitemaps.length > 0;
  return { outcome: "read", state: isIndex ? {} : toValidators(answer), askedWaitMs, movedTo };
}

function isRecent({ published, lastModified }: SitemapEntry, nowMs: number): boolean {
  const atMs = Date.parse(published ?? lastModified ?? "");
  return !Number.isNaN(atMs) && nowMs - atMs <= MAX_AGE_MS;
}

const toItem = ({ url, title, published, publication }: SitemapEntry): FoundItem => ({
  url,
  record: {
    url,
    ...(title !== undefined && { title }),
    ...(published !== undefined && { published }),
    ...(publication !== undefined && { source: publication }),
  },
  isStub: true,
});
