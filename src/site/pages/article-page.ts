import { DEFAULT_QUERY, toArticleUrl, toHitUrl, toSearchUrl } from "../../api/search-url.ts";
import type { PageQuery } from "../../api/wire.ts";
import type { Article } from "../../archive/article.ts";
import type { EditionSummary } from "../../archive/edition.ts";
import type { Hit } from "../../archive/result.ts";
import type { ReaderScript } from "../../resources/to-reader-script.ts";
import { dayOf } from "../../text/days.ts";
import { toHeadline, toSuppliedTitle } from "../../text/opening.ts";
import { toTextLanguage } from "../../text/text-language.ts";
import { type Html, html } from "../html.ts";
import type { Neighbours } from "../neighbours.ts";
import type { ReadArticle } from "../read-in-script.ts";
import { LANGUAGE_NAMES, STRINGS } from "../strings/languages.ts";
import { renderCitations, renderMetadata } from "./cite.ts";
import { renderChanged } from "./editions.ts";
import { renderHit, renderMeta, renderOriginal } from "./hit.ts";
import { renderLayout } from "./layout.ts";
import { renderSaveButton } from "./saved-page.ts";
import { renderSearchForm } from "./search-form.ts";
import { renderTellings } from "./tellings.ts";
import { langAttribute, markRanges, renderShareButton, toHere, toReadingUrl, type View } from "./view.ts";

export interface ArticlePageOptions {
  readonly article: Article;
  /** The same in the script that the reader asked for; undefined: as it was published. */
  readonly reading: ReadArticle | undefined;
  /** Where the query's words stand in the headline and in each of {@link toParagraphs}; none where it was not opened from a search. */
  readonly marks: readonly (readonly (readonly [start: number, end: number])[])[];
  /** The hits before and after it, where it was opened from a list. */
  readonly neighbours: Neighbours | undefined;
  /** Other tellings of its event. */
  readonly tellings: readonly Hit[];
  /** Whether there are more than these, which are the nearest. */
  readonly hasMoreTellings: boolean;
  readonly similar: readonly Hit[];
  /** What the article has said, oldest first; empty where the engine cannot tell. */
  readonly editions: readonly EditionSummary[];
  /** The search it was found by, to go back to. */
  readonly query: PageQuery | undefined;
}

export const toParagraphs = (body: string): string[] => body.split(/\r?\n/).filter((line) => line.trim() !== "");

/** The article as it was published, and what is near it in meaning. */
export function renderArticlePage(
  view: View,
  { article, reading, marks, neighbours, tellings, hasMoreTellings, similar, editions, query }: ArticlePageOptions,
): string {
  const { strings } = view;
  const { title: shownTitle, body } = reading ?? article;
  const title = shownTitle === "" ? strings.untitled : shownTitle;
  const lang =
    reading === undefined ? langAttribute(`${article.title}${article.body}`) : html` lang="${reading.script}"`;
  const paragraphs = toParagraphs(body);
  const [titleMarks = [], ...paragraphMarks] = marks;
  return renderLayout(view, {
    kind: "article",
    title: toHeadline(shownTitle, body, strings.untitled).slice(0, 120),
    canonical: toArticleUrl({ root: "" }, article.id),
    head: renderMetadata(view, article),
    masthead: renderSearchForm(view, query ?? DEFAULT_QUERY),
    main: html`
<div class="rail">${query !== undefined && renderWayBack(view, query, neighbours)}
${renderRail(view, article, tellings)}</div>
<article class="article"${lang}>
<h1${shownTitle === "" && html` class="untitled"`} dir="auto">${markRanges(title, titleMarks)}</h1>
<p class="meta" lang="${view.language}">${renderMeta(view, { ...article, url: undefined, bodyLength: article.body.length })}</p>
<p class="actions" lang="${view.language}">${renderOriginal(view, article.url)} ${renderSaveButton(view, { ...article, title: article.title === "" ? toSuppliedTitle(article.body) : article.title, text: article.title + article.body })} ${renderShareButton(view)} ${reading === undefined && renderOtherScript(view, article)}</p>
${renderChanged(view, article.id, editions)}
${reading !== undefined && renderConverted(view, reading.script)}
${paragraphs.length > 0 ? paragraphs.map((line, index) => html`<p dir="auto">${markRanges(line, paragraphMarks[index] ?? [])}</p>`) : html`<p class="meta" lang="${view.language}">${strings.noBody}</p>`}
${query !== undefined && neighbours !== undefined && renderOnward(view, query, neighbours)}
</article>
${renderTellings(view, article, { tellings, hasMoreTellings })}
${renderCitations(view, article)}
<section class="similar" aria-labelledby="similar">
<h2 id="similar">${strings.similar}</h2>
${similar.length > 0 ? html`<ol class="hits">${similar.map((hit) => renderHit(view, hit, { heading: "h3" }))}</ol>` : html`<p>${strings.noSimilar}</p>`}
</section>`,
  });
}

/** Beside the article on a desk: the parts of the page, and what lies around it in the archive. */
function renderRail(view: View, { source, publishedAtMs }: Article, tellings: readonly Hit[]): Html {
  const { strings, timezone } = view;
  const { contents, around, ofSource, ofDay } = strings.reading;
  const day = publishedAtMs === undefined ? undefined : dayOf(publishedAtMs, timezone);
  const hasSource = source !== undefined && source !== "";
  return html`<nav class="aside" aria-label="${contents}"><h2>${contents}</h2><ul>${tellings.length > 0 && html`<li><a href="#tellings">${strings.tellings}</a> <span class="count">${view.formatCount(tellings.length)}</span></li>`}<li><a href="#cite">${strings.cite}</a></li><li><a href="#similar">${strings.similar}</a></li></ul></nav>
${(hasSource || day !== undefined) && html`<nav class="aside" aria-label="${around}"><h2>${around}</h2><ul>${hasSource && html`<li><a href="${toSearchUrl(view, DEFAULT_QUERY, { source: [source] })}">${ofSource(source)}</a></li>`}${publishedAtMs !== undefined && day !== undefined && html`<li><a href="${toSearchUrl(view, DEFAULT_QUERY, { from: day, to: day })}">${ofDay(view.formatDay(publishedAtMs))}</a></li>`}</ul></nav>`}`;
}

/** Back to the page of the list that holds it, and its place there. */
function renderWayBack(view: View, query: PageQuery, neighbours: Neighbours | undefined): Html {
  const { strings, formatCount } = view;
  const { limit } = query;
  const offset = neighbours === undefined || limit === 0 ? query.offset : neighbours.place - (neighbours.place % limit);
  const back = html`<a href="${toSearchUrl(view, query, { offset })}">${strings.back}</a>`;
  if (neighbours === undefined) return html`<p class="back">${back}</p>`;
  const place = strings.reading.place(formatCount(neighbours.place + 1), formatCount(neighbours.of));
  return html`<nav class="back" aria-label="${place}">${back} <span class="place">${place}</span> ${renderStep(view, query, neighbours, "previous")} ${renderStep(view, query, neighbours, "next")}</nav>`;
}

function renderStep(view: View, query: PageQuery, neighbours: Neighbours, side: "previous" | "next"): Html | undefined {
  const hit = neighbours[side];
  if (hit === undefined) return undefined;
  const { snapshot } = neighbours;
  const place = neighbours.place + (side === "next" ? 1 : -1);
  const rel = side === "next" ? "next" : "prev";
  return html`<a rel="${rel}" href="${toHitUrl(view, hit.id, query, { place, snapshot })}">${view.strings.reading[side]}</a>`;
}

/** Under the text: the next hit by its headline. */
function renderOnward(view: View, query: PageQuery, neighbours: Neighbours): Html | undefined {
  const { next } = neighbours;
  if (next === undefined) return undefined;
  const title = toHeadline(next.title, next.snippet.text, view.strings.untitled);
  return html`<p class="onward" lang="${view.language}">${renderStep(view, query, neighbours, "next")} <bdi${langAttribute(title)}>${title}</bdi></p>`;
}

/** The switch to the other script. */
function renderOtherScript(view: View, article: Article): Html | undefined {
  const published = toTextLanguage(`${article.title}${article.body}`);
  if (published === undefined) return undefined;
  const other = published === "zh-Hans" ? view.traditional : "zh-Hans";
  const name = other === "zh-Hans" ? LANGUAGE_NAMES[other] : LANGUAGE_NAMES["zh-Hant"];
  return html`<span class="scripts">${view.strings.readAs} <a href="${toHere(view, { script: other })}" lang="${other}" rel="nofollow">${name}</a></span>`;
}

/** What the switch to the other script did. */
function renderConverted(view: View, script: ReaderScript): Html {
  const { strings } = view;
  const isSetting = view.reading === script;
  const back = toHere(view, { script: isSetting ? "published" : undefined });
  const spoken = view.language === "en" ? "en" : script === "zh-Hans" ? script : "zh-Hant";
  return html`<p class="notice scripts" lang="${view.language}"><span lang="${spoken}">${STRINGS[spoken].converted}</span> <a href="${back}">${strings.asPublished}</a>${!isSetting && html` <a href="${toReadingUrl(view, script)}" rel="nofollow">${strings.reading.always}</a>`}</p>`;
}
