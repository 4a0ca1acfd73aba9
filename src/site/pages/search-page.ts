import { EXPORT_FORMATS } from "../../api/export/formats.ts";
import { planExport } from "../../api/export/read-export.ts";
import {
  DEFAULT_QUERY,
  isLinkable,
  type QueryChange,
  toSearchParams,
  toSearchUrl,
  withParams,
} from "../../api/search-url.ts";
import { MAX_COMPARED_QUERIES, type PageQuery } from "../../api/wire.ts";
import type { Histogram, Hit, SearchNotice, SearchResult } from "../../archive/result.ts";
import { at } from "../../http/site.ts";
import { DEFAULT_LIMIT, MAX_OFFSET } from "../../search/limits.ts";
import { parseQuery } from "../../search/query.ts";
import { findVariants } from "../../text/variants.ts";
import { FEED_FORMATS } from "../feeds/formats.ts";
import type { Front } from "../front.ts";
import { type Html, html } from "../html.ts";
import type { SearchView } from "../search-view.ts";
import { FOLLOW_WORDS } from "../strings/follow-words.ts";
import { countFilters, NO_FILTERS, renderChips, renderFacet, renderLack } from "./filters.ts";
import { renderFolded } from "./folded.ts";
import { toFollowParams } from "./follow-page.ts";
import { renderBigStories, renderSpan } from "./front.ts";
import { renderHistogram } from "./histogram.ts";
import { renderHit } from "./hit.ts";
import { renderLayout } from "./layout.ts";
import { renderSaveAll, renderTray } from "./saved-page.ts";
import { renderApply, renderSearchControls, renderSearchForm } from "./search-form.ts";
import { renderShareButton, type View } from "./view.ts";

export interface SearchPageOptions extends SearchView {
  readonly query: PageQuery;
  /** Queries to try, shown where nothing was asked or found; empty: headlines of the week serve. */
  readonly examples: readonly string[];
  /** What is told of the last week where nothing is asked; undefined elsewhere, and until it is known. */
  readonly front?: Front | undefined;
}

export function renderSearchPage(
  view: View,
  { query, result, front, facets, chart, coverage, withoutFilters, examples }: SearchPageOptions,
): string {
  const { strings } = view;
  const asked = query.q.trim() !== "";
  const suggestions = examples.length > 0 ? examples : (front?.headlines ?? []);
  const isFront = isFrontQuery(query);
  const listed = asked ? strings.results : query.sort === "oldest" ? strings.oldest : strings.latest;
  return renderLayout(view, {
    kind: "search",
    title: query.q.slice(0, 60),
    canonical: isLinkable(query) ? toSearchUrl({ root: "" }, query, { offset: query.offset }) : undefined,
    head: isLinkable(query) ? renderAlternates(view, query) : undefined,
    masthead: renderSearchForm(view, query, { hasControls: true }),
    skipTo: result.hits.length > 0 ? "first-hit" : "results",
    main: html`
<h1 class="unseen">${listed}</h1>
<div class="reading">
<div class="summary" role="status">${isFront ? renderFrontSummary(view, result, coverage) : renderSummary(view, query, result, asked)}</div>
${renderChips(view, query)}
<p class="open-sheet"><button type="button" popovertarget="filters">${strings.filter}${renderFilterCount(view, query)}</button></p>
<div class="sheet" id="filters" popover role="group" aria-label="${strings.filter}">
<p class="sheet-head"><strong>${strings.filter}</strong> <button type="button" popovertarget="filters" popovertargetaction="hide">${strings.close}</button></p>
${renderSearchControls(view, query, coverage)}
<div class="over-time">
${renderHistogram(view, query, { chart, coverage, controls: true, snapshot: result.snapshot })}
${asked && result.total > 0 && renderCompare(view, query)}
</div>
<aside class="narrow" aria-label="${strings.filters}">
${renderFacet(view, query, "source", { ...facets, isSkimmed: isFront })}
${renderFacet(view, query, "category", { ...facets, isSkimmed: isFront })}
${result.undated > 0 && html`<ul class="facet undated">${renderLack(view, query, "date", result.undated)}</ul>`}
</aside>
${renderApply(view)}
</div>
${!asked && html`<div class="front">${renderExamples(view, suggestions)}${renderRecent(view)}${isFront && front !== undefined && renderBigStories(view, front)}</div>`}
<section class="results" id="results" aria-label="${listed}">
${isFront && result.hits.length > 0 && html`<h2 class="latest">${listed}</h2>`}
${result.hits.length > 0 ? renderHits(view, query, { result, withoutFilters }) : renderEmpty(view, query, { examples: suggestions, withoutFilters, result })}
${isLinkable(query) && (result.total > 0 ? renderTakeAlong(view, query, result.total) : isFollowable(query) && html`<div class="take"><p>${FOLLOW_WORDS[view.language].untilThen} ${renderFollowLinks(view, query)}</p></div>`)}
${renderPaging(view, query, result.total - result.collapsed + result.related)}
</section>
</div>
${result.hits.length > 0 && !isFront && renderTray(view)}`,
  });
}

/** How many filters are on, beside the name of the sheet that holds them. */
function renderFilterCount(view: View, query: PageQuery): Html | undefined {
  const count = countFilters(query);
  return count === 0 ? undefined : html` <span class="on">${view.formatCount(count)}</span>`;
}

/** The hits that match, then under a line of their own those that are merely similar. */
function renderHits(
  view: View,
  query: PageQuery,
  { result, withoutFilters = 0 }: Pick<SearchView, "result"> & { readonly withoutFilters?: number | undefined },
): Html {
  const matching = result.hits.filter(({ match }) => match !== "related");
  const related = result.hits.filter(({ match }) => match === "related");
  const isSkimmed = isFrontQuery(query);
  const renderList = (hits: readonly Hit[], first: number): Html =>
    html`<ol class="hits" start="${first}">${hits.map((hit, index) => renderHit(view, hit, { heading: "h2", query, place: { place: first - 1 + index, snapshot: result.snapshot }, isFirst: first + index === query.offset + 1, isSkimmed }))}</ol>`;
  const first = query.offset + 1;
  if (related.length === 0) return renderList(matching, first);
  return html`${matching.length > 0 && renderList(matching, first)}
${withoutFilters > 0 && isLinkable(query) && html`<p><a href="${toSearchUrl(view, query, NO_FILTERS)}">${view.strings.withoutFilters(view.formatCount(withoutFilters))}</a></p>`}
<p class="related">${describeRelated(view, result)}</p>
${renderList(related, first + matching.length)}`;
}

function describeRelated({ strings, formatCount }: View, { total, mode, readAs, related }: SearchResult): string {
  if (total > 0) return strings.relatedToo(formatCount(related));
  return mode === "semantic" ? strings.relatedAlone : strings.relatedInstead(readAs);
}

/** How the query was read, where that is not what was typed, and what was made of it. */
function renderReading({ strings }: View, { query, readAs, unknownOperators, relaxed }: SearchResult): Html[] {
  const lines: Html[] = [];
  if (readAs !== "" && readAs !== query.trim())
    lines.push(html`<p class="read-as">${strings.readQueryAs} <bdi>${readAs}</bdi></p>`);
  if (unknownOperators.length > 0)
    lines.push(html`<p class="notice">${strings.unknownOperators(unknownOperators.join(" "))}</p>`);
  if (relaxed !== undefined)
    lines.push(html`<p class="notice">${strings.relaxed(`${relaxed.held}`, `${relaxed.wanted}`)}</p>`);
  return lines;
}

/** Whether nothing at all is asked: the first page of the first page. */
export const isFrontQuery = (query: PageQuery): boolean =>
  query.q.trim() === "" && query.offset === 0 && toSearchParams({ ...query, ...UNSORTED, q: "" }) === "";

/** How much the archive holds, of how many sources, from when to when. */
function renderFrontSummary(view: View, result: SearchResult, coverage: Histogram | undefined): Html {
  const { strings, formatCount } = view;
  const sources = result.facets.source.length + result.facetRemainders.source.values;
  return html`<p><strong>${strings.total(formatCount(result.total))}</strong> ${sources > 0 && html`<span class="part"><span class="folded">${strings.sourcesCounted(formatCount(sources))}</span></span> `}<span class="part">${renderSpan(view, coverage)}</span></p>
<p class="notice" id="away" hidden>${strings.away}</p>
${result.notices.map((notice) => html`<p class="notice">${strings.notices[notice]}</p>`)}`;
}

/** What says nothing of which articles are meant. */
const UNSORTED = { mode: "hybrid", sort: "relevance", limit: DEFAULT_LIMIT, stories: "on", offset: 0 } as const;

/** Notices of what was done, not of what could not be. */
const REMARKS: ReadonlySet<SearchNotice> = new Set(["query-names-article"]);

function renderSummary(view: View, query: PageQuery, result: SearchResult, asked: boolean): Html {
  const { strings } = view;
  const narrowed = toSearchParams({ ...query, ...UNSORTED, q: "" }) !== "";
  const rule = asked
    ? result.relaxed === undefined && result.total > 0 && strings.rules[result.mode]
    : !narrowed && strings.rules[query.sort === "oldest" ? "allFromOldest" : "all"];
  const { words, phrases } = parseQuery(query.q);
  const variants = [...new Set([...findVariants(query.q, [...words, ...phrases]), ...result.alsoSearched])];
  const parts = [
    renderFolded(view, query, result),
    asked &&
      result.total > 1 &&
      query.sort !== "oldest" &&
      isLinkable(query) &&
      html`<a class="first" href="${toSearchUrl(view, query, { sort: "oldest" })}">${strings.whoWasFirst}</a>`,
    result.total > 0 && renderSaveAll(view),
    html`<span class="took">${strings.took(result.tookMs.toFixed(result.tookMs < 10 ? 1 : 0))}</span>`,
  ];
  return html`<p><strong>${strings.total(view.formatCount(result.total))}</strong> ${rule !== false && html`<span class="said"><a class="rule" href="${at(view, "docs#counting")}" title="${strings.ruleLink}">${rule}</a></span>`} ${parts.map((part) => part && html`<span class="part">${part}</span> `)}</p>
${variants.length > 0 && html`<p class="variants">${strings.alsoSearched}${variants.map((variant) => html` <span lang="zh-Hans">${variant}</span>`)}</p>`}
${renderReading(view, result)}
<p class="notice" id="away" hidden>${strings.away}</p>
${result.notices.map((notice) => (REMARKS.has(notice) ? html`<p>${strings.notices[notice]}</p>` : html`<p class="notice">${strings.notices[notice]}</p>`))}`;
}

const renderExamples = (view: View, examples: readonly string[]): Html | undefined =>
  examples.length === 0
    ? undefined
    : html`<p class="examples">${view.strings.tryThese} ${examples.map((example) => html` <a href="${toSearchUrl(view, DEFAULT_QUERY, { q: example })}"><bdi>${example}</bdi></a>`)}</p>`;

/** Feeds of this very search, for readers that look in the head. */
const renderAlternates = (view: View, query: PageQuery): Html =>
  html`${FEED_FORMATS.map(({ path, type, name }) => html`<link rel="alternate" type="${type}" title="${name}" href="${at(view, withSearch(path, query))}">`)}`;

/** Feeds and files of the search: a file says how many it holds of how many, and in which order, before it is asked for. */
function renderTakeAlong(view: View, query: PageQuery, total: number): Html {
  const { strings, formatCount } = view;
  const { order, exported } = planExport(total, query, false);
  const name = strings.exporting.orders[order];
  const said =
    exported < total
      ? strings.exporting.first(formatCount(exported), formatCount(total), name)
      : strings.exporting.all(formatCount(total), name);
  const whole = planExport(total, query, true);
  return html`<div class="take"><p>${!isFrontQuery(query) && renderSaveAll(view)} ${renderShareButton(view)} ${strings.follow} ${renderFollowLinks(view, query)}</p>
<p>${said} ${renderExports(view, query, "")}</p>
${exported < total && html`<p>${strings.exporting.all(formatCount(total), strings.exporting.orders[whole.order])} ${renderExports(view, query, "all=on")}</p>`}
<p class="meta">${strings.exporting.zone(view.timezone)}</p></div>`;
}

const renderFollowLinks = (view: View, query: PageQuery): Html =>
  html`${FEED_FORMATS.map(({ path, name }) => html`<a href="${at(view, withSearch(path, query))}">${name}</a> `)}${view.tellsOfNew && html` <a href="${at(view, withParams("follow", toFollowParams(query)))}">${FOLLOW_WORDS[view.language].link}</a>`}`;

/** Whether something is asked, so that there is something to be told of later; a page beyond the last one asks for nothing else. */
const isFollowable = (query: PageQuery): boolean =>
  query.offset === 0 && toSearchParams({ ...query, ...UNSORTED }) !== "";

const renderExports = (view: View, query: PageQuery, more: string): Html[] =>
  EXPORT_FORMATS.map(({ name }) => {
    const url = withSearch(`export.${name}`, query);
    const whole = more === "" ? url : `${url}${url.includes("?") ? "&" : "?"}${more}`;
    return html`<a href="${at(view, whole)}" download>${name.toUpperCase()}</a> `;
  });

function withSearch(path: string, query: PageQuery): string {
  const params = toSearchParams({ ...query, ...UNDRAWN, stories: undefined, limit: DEFAULT_LIMIT, offset: 0 });
  return withParams(path, params);
}

/** Filled by script from what this browser remembers; hidden until then. */
const renderRecent = ({ strings }: View): Html =>
  html`<section id="recent" class="examples" hidden aria-label="${strings.recent}"><span>${strings.recent}</span> <ul></ul> <button type="button">${strings.clearRecent}</button></section>`;

/** What says nothing of which articles are meant, but how they are drawn. */
const UNDRAWN: QueryChange = { vs: [], interval: undefined, measure: undefined, by: undefined };

/** Another query, while there is room, drawn over time beside the others; each of them can be taken away again. */
function renderCompare(view: View, query: PageQuery): Html {
  const { strings } = view;
  const hidden = [...new URLSearchParams(toSearchParams({ ...query, by: undefined, offset: 0 }))].map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const removable = query.vs.map((one) => {
    const url = toSearchUrl(view, query, { vs: query.vs.filter((other) => other !== one) });
    return html`<li><a href="${url}" title="${strings.removeFilter(one)}"><bdi>${one}</bdi></a></li>`;
  });
  return html`<form class="compare" action="${at(view, "")}" method="get">${hidden}${removable.length > 0 && html`<ul class="chips">${removable}</ul>`}${query.vs.length < MAX_COMPARED_QUERIES && html`<label><span>${strings.compare}</span> <input name="vs" placeholder="${strings.compareWith}" maxlength="200" autocomplete="off"></label> <button type="submit">${strings.compare}</button>`}</form>`;
}

function renderEmpty(
  view: View,
  query: PageQuery,
  {
    examples,
    withoutFilters = 0,
    result,
  }: Pick<SearchView, "result"> & {
    readonly examples: readonly string[];
    readonly withoutFilters?: number | undefined;
  },
): Html {
  const { strings } = view;
  if (query.offset > 0) {
    return html`<div class="empty"><h2>${strings.emptyTitle}</h2><p><a href="${toSearchUrl(view, query)}">${strings.back}</a></p></div>`;
  }
  const nothingAsked = toSearchParams({ ...query, ...UNSORTED }) === "";
  if (nothingAsked) return html`<div class="empty"><p>${strings.emptyArchive}</p></div>`;
  return html`<div class="empty"><h2>${strings.emptyTitle}</h2>
<ul>${withoutFilters > 0 && isLinkable(query) && html`<li><a href="${toSearchUrl(view, query, NO_FILTERS)}">${strings.withoutFilters(view.formatCount(withoutFilters))}</a></li>`}
${query.mode !== "semantic" && canReadMeaning(result) && isLinkable(query) && html`<li><a href="${toSearchUrl(view, query, { mode: "semantic" })}">${strings.tryMeaning}</a></li>`}
<li>${strings.emptyAdvice}</li></ul>
${renderExamples(view, examples)}</div>`;
}

/** Where the query cannot be read for meaning, no link leads there. */
const canReadMeaning = ({ notices }: SearchResult): boolean => !notices.some((notice) => NO_MEANING.has(notice));
const NO_MEANING: ReadonlySet<SearchNotice> = new Set([
  "query-has-no-vector",
  "query-has-no-words",
  "encoder-away",
  "encoder-changed",
]);

function renderPaging(view: View, query: PageQuery, hitCount: number): Html | undefined {
  const { strings } = view;
  const { limit, offset } = query;
  if (limit === 0 || hitCount <= limit) return undefined;
  const page = Math.floor(offset / limit) + 1;
  // Beyond the last page that can be asked for there is none, however many results there are.
  const pages = Math.max(page, Math.min(Math.ceil(hitCount / limit), Math.floor(MAX_OFFSET / limit) + 1));
  const previous =
    offset > 0 &&
    html`<a rel="prev" href="${toSearchUrl(view, query, { offset: Math.max(0, offset - limit) })}">${strings.previous}</a>`;
  const next =
    offset + limit < hitCount &&
    offset + limit <= MAX_OFFSET &&
    html`<a rel="next" href="${toSearchUrl(view, query, { offset: offset + limit })}">${strings.next}</a>`;
  const here = strings.page(view.formatCount(page), view.formatCount(pages));
  return html`<nav class="paging" aria-label="${here}"><span>${previous}</span><span>${here}</span><span>${next}</span></nav>`;
}
