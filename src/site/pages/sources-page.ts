import { toArticleUrl, withParams } from "../../api/search-url.ts";
import type { ListedSource, SourceNews } from "../../api/source-desk.ts";
import { at } from "../../http/site.ts";
import { toSafeLink } from "../../text/safe-link.ts";
import { type Html, html } from "../html.ts";
import { renderLayout } from "./layout.ts";
import type { View } from "./view.ts";

export interface SourcesPageOptions {
  /** All of them. */
  readonly sources: readonly ListedSource[];
  /** Which {@link SHOWN_AT_ONCE} of them are shown; 1 for the first. Default 1. */
  readonly page?: number | undefined;
  /** Articles of each day, the oldest first, by the id of their source. */
  readonly days: ReadonlyMap<number, readonly number[]>;
  /** What is new since the reader's last visit, by the id of its source; undefined at the first one. */
  readonly news: { readonly sinceMs: number; readonly bySource: ReadonlyMap<number, SourceNews> } | undefined;
  /** What came of the form that was sent: a sentence, or why it failed. */
  readonly notice?: { readonly text: string; readonly isError: boolean } | undefined;
}

const SHOWN_AT_ONCE = 100;

/** What is followed and how each is, with forms to add, check, pause and remove; whole without script. */
export function renderSourcesPage(view: View, { sources, page = 1, days, news, notice }: SourcesPageOptions): string {
  const words = view.strings.sources;
  const pages = Math.max(1, Math.ceil(sources.length / SHOWN_AT_ONCE));
  const here = Math.min(page, pages);
  const shown = sources
    .toSorted((a, b) => urgencyOf(a) - urgencyOf(b))
    .slice((here - 1) * SHOWN_AT_ONCE, here * SHOWN_AT_ONCE);
  return renderLayout(view, {
    kind: "sources",
    title: words.title,
    main: html`<h1>${words.title}</h1>
${notice !== undefined && html`<p class="notice${notice.isError ? "" : " calm"}" role="${notice.isError ? "alert" : "status"}">${notice.text}</p>`}
<form action="${at(view, "sources")}" method="post">
<p><label>${words.address} <input name="url" type="url" required maxlength="4000" pattern="[hH][tT][tT][pP][sS]?://.*"></label></p>
<p><label>${words.name} <input name="name" maxlength="200"></label></p>
<p><button type="submit">${words.add}</button></p>
</form>
${
  sources.length === 0
    ? html`<p>${words.empty}</p>`
    : html`${renderOverview(view, sources, news)}
<ul class="followed">${shown.map((source) => renderSource(view, source, { days: days.get(source.id) ?? [], news: news?.bySource.get(source.id) }))}</ul>
${pages > 1 && renderPaging(view, here, pages)}`
}`,
  });
}

function renderPaging(view: View, page: number, pages: number): Html {
  const { strings } = view;
  const link = (rel: string, to: number, label: string): Html =>
    html`<a rel="${rel}" href="${at(view, withParams("sources", `page=${to}`))}">${label}</a>`;
  const here = strings.page(view.formatCount(page), view.formatCount(pages));
  return html`<nav class="paging" aria-label="${here}"><span>${page > 1 && link("prev", page - 1, strings.previous)}</span><span>${here}</span><span>${page < pages && link("next", page + 1, strings.next)}</span></nav>`;
}

/** What wants to be looked at comes first. */
const urgencyOf = ({ health }: ListedSource): number => (health === "failing" || health === "stopped" ? 0 : 1);

/** How many there are, how many of them fail, and what is new of all. */
function renderOverview(view: View, sources: readonly ListedSource[], news: SourcesPageOptions["news"]): Html {
  const { sources: words } = view.strings;
  const failing = sources.filter(({ health }) => health === "failing").length;
  const fresh = [...(news?.bySource.values() ?? [])].reduce((sum, { count }) => sum + count, 0);
  const parts = [
    html`${words.counted(view.formatCount(sources.length))}`,
    failing > 0 && html`<strong>${words.failing(view.formatCount(failing))}</strong>`,
    news !== undefined && html`${words.freshSince(view.formatCount(fresh), view.formatMoment(news.sinceMs))}`,
  ].filter((part) => part !== false);
  return html`<p>${parts.map((part, index) => (index === 0 ? part : html` · ${part}`))}</p>`;
}

interface SourceCounts {
  readonly days: readonly number[];
  readonly news: SourceNews | undefined;
}

function renderSource(view: View, source: ListedSource, { days, news }: SourceCounts): Html {
  const { sources: words } = view.strings;
  const { health, articlesPerDay, waitingPages, problem, notice, missed } = source;
  const facts = [
    html`<strong class="health ${health}">${words.health[health]}</strong>`,
    renderMoment(view, words.lastSuccess, source.lastSuccess),
    renderMoment(view, words.nextCheck, source.nextCheck),
    html`${words.perDay(view.formatCount(articlesPerDay))}`,
    source.hubStatus === "active" ? html`${words.byHub}` : undefined,
    waitingPages > 0 ? html`${words.waiting(view.formatCount(waitingPages))}` : undefined,
  ].filter((fact) => fact !== undefined);
  return html`<li id="source-${source.id}"><section aria-labelledby="name-${source.id}">
<h2 class="hit-title" id="name-${source.id}">${renderName(source)}</h2>
<p class="meta">${facts.map((fact, index) => (index === 0 ? fact : html` · ${fact}`))}</p>
${renderDays(view, source, days)}
${news !== undefined && renderNews(view, news)}
${problem !== null && html`<p class="notice" lang="en">${problem}</p>`}
${notice !== null && missed === null && html`<p class="meta" lang="en">${notice}</p>`}
${missed !== null && html`<p class="meta">${words.missed(view.formatMoment(Date.parse(missed)))}</p>`}
${renderActions(view, source)}
</section></li>`;
}

/** How many are new, and the latest of them when it is opened. */
const renderNews = (view: View, { count, newest }: SourceNews): Html =>
  html`<details><summary><mark>${view.strings.sources.fresh(view.formatCount(count))}</mark></summary><ul>${newest.map(({ id, title }) => html`<li><a href="${toArticleUrl(view, id)}"><bdi>${title}</bdi></a></li>`)}</ul></details>`;

/** A folder is named by its path, which is no address of the web. */
function renderName({ name, address }: ListedSource): Html {
  const link = toSafeLink(address);
  const shown = html`<bdi>${name ?? address}</bdi>`;
  return link === undefined ? shown : html`<a href="${link}" rel="noopener noreferrer nofollow external">${shown}</a>`;
}

function renderMoment(view: View, label: string, iso: string | null): Html | undefined {
  if (iso === null) return undefined;
  return html`${label} <time datetime="${iso}">${view.formatMoment(Date.parse(iso))}</time>`;
}

const BARS = "▁▂▃▄▅▆▇█";

/** One sign a day, as high as the day had articles; a day without any, since it is followed, is a dot. */
function renderDays(view: View, { added }: ListedSource, days: readonly number[]): Html | undefined {
  const most = Math.max(0, ...days);
  if (most === 0) return undefined;
  const { sources: words } = view.strings;
  const age = Math.ceil((Date.now() - Date.parse(added)) / 86_400_000);
  const followed = days.slice(-Math.max(1, age));
  // One day has nothing to be compared with.
  if (followed.length < 2) return undefined;
  const empty = followed.filter((count) => count === 0).length;
  const bars = followed.map((count) => (count === 0 ? "·" : BARS[Math.ceil((count / most) * BARS.length) - 1]));
  const label = view.strings.labelled(words.days, followed.join(" "));
  return html`<p class="meta"><span role="img" aria-label="${label}" title="${label}">${bars.join("")}</span>${empty > 0 && html` ${words.none(view.formatCount(empty))}`}</p>`;
}

function renderActions(view: View, { id, status }: ListedSource): Html {
  const { sources: words } = view.strings;
  const button = (action: string, label: string): Html =>
    html`<button type="submit" formaction="${at(view, `sources/${id}/${action}`)}">${label}</button>`;
  const change = status === "active" ? button("pause", words.pause) : button("resume", words.resume);
  return html`<form method="post" action="${at(view, `sources/${id}/check`)}">${status === "active" && button("check", words.check)} ${change} ${button("remove", words.remove)}</form>`;
}
