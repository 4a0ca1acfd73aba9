import { AppError } from "../../errors.ts";
import type { Fetched } from "../../fetch/fetcher.ts";
import { freshForMs } from "../http-waits.ts";
import { findHub } from "../push/find-hub.ts";
import type { CheckContext, CheckedSource, CheckResult, SourceKind } from "../source.ts";
import { assertOk, readSent, toValidators } from "./read-answer.ts";

export const FEED_TYPES =
  "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5";

/** A feed of any kind. */
export const FEED_SOURCE: SourceKind = { kind: "feed", check: checkFeed };

async function checkFeed(source: CheckedSource, given: CheckContext): Promise<CheckResult> {
  const { fetcher, clock, signal } = given;
  const { state } = source;
  const answer = await fetcher.get(source.address, { validators: state, accept: FEED_TYPES, signal });
  const { status, headers, movedTo } = answer;
  const waitMs = freshForMs(headers, clock.nowMs());
  if (status === 410) return { outcome: "gone", state };
  if (status === 304) {
    // A server that leaves a validator out means that it holds (RFC 9110, 15.4.5); so does what the document asks for.
    const askedWaitMs = Math.max(waitMs, Number(state.ttlMs ?? 0));
    return { outcome: "unchanged", state: { ...state, ...toValidators(answer) }, askedWaitMs, movedTo };
  }
  assertOk(answer, clock.nowMs());
  const feed = await readSent("feed", answer, given);
  if (feed === undefined) throw notAFeed(answer);
  await given.take(feed.items, feed);
  const askedWaitMs = Math.max(waitMs, feed.ttlMs ?? 0);
  const hub = feed.isWhole ? (findHub(headers.link, feed, answer.url) ?? null) : undefined;
  const read = { outcome: "read", hub, title: feed.title, askedWaitMs, movedTo, isWindow: feed.isWhole } as const;
  const ttl = feed.ttlMs === undefined ? {} : { ttlMs: String(feed.ttlMs) };
  if (feed.isWhole) return { ...read, state: { ...toValidators(answer), ...ttl } };
  // What follows the break may be new: it is asked for again as if this answer had not been.
  return { ...read, state, notice: "The feed broke off; what came before was read." };
}

const notAFeed = ({ url, body }: Fetched): AppError => {
  const isPage = /^\s*(?:<!doctype html|<html)/i.test(body.toString("latin1", 0, 500));
  const what = isPage ? "is a page now and no feed" : body.length === 0 ? "is empty" : "is no feed that can be read";
  return new AppError("bad-input", `${url} ${what}.`);
};
