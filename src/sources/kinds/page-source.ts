import { AppError } from "../../errors.ts";
import { freshForMs } from "../http-waits.ts";
import type { CheckContext, CheckedSource, CheckResult, SourceKind } from "../source.ts";
import { assertOk, readSent, toValidators } from "./read-answer.ts";

export const PAGE_TYPES = "text/html, application/xhtml+xml, */*;q=0.5";

/** A page that links to articles, such as the front page of a section. */
export const PAGE_SOURCE: SourceKind = { kind: "page", check: checkPage };

async function checkPage(source: CheckedSource, given: CheckContext): Promise<CheckResult> {
  const { fetcher, clock, signal, assertAllowed } = given;
  const { state, address } = source;
  await assertAllowed(address, signal);
  const answer = await fetcher.get(address, { validators: state, accept: PAGE_TYPES, signal });
  const askedWaitMs = freshForMs(answer.headers, clock.nowMs());
  const { movedTo } = answer;
  if (answer.status === 410) return { outcome: "gone", state };
  if (answer.status === 304) return { outcome: "unchanged", state, askedWaitMs, movedTo };
  assertOk(answer, clock.nowMs());
  const { articles } = (await readSent("page", answer, given)) ?? { articles: [] };
  if (articles.length === 0)
    throw new AppError("bad-input", `${answer.url} links to nothing that looks like an article.`);
  await given.take(articles.map(({ url, text }) => ({ url, record: { url, title: text }, isStub: true })));
  return { outcome: "read", state: toValidators(answer), askedWaitMs, movedTo };
}
