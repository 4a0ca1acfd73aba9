import { toArticleUrl, toEditionUrl } from "../../api/search-url.ts";
import type { Edition, EditionSummary } from "../../archive/edition.ts";
import { type Html, html } from "../html.ts";
import { type ComparedArticles, renderComparison } from "./differences.ts";
import { renderLayout } from "./layout.ts";
import { langAttribute, type View } from "./view.ts";

export interface EditionPageOptions {
  readonly edition: Edition;
  /** Every edition of the article, oldest first. */
  readonly editions: readonly EditionSummary[];
  /** What it changed of the one before; undefined for the first, which is shown as it was. */
  readonly changes: ComparedArticles | undefined;
}

/** What an edition changed, and the way to the others. */
export function renderEditionPage(view: View, { edition, editions, changes }: EditionPageOptions): string {
  const { strings } = view;
  const { article, number } = edition;
  const name = strings.edition(view.formatCount(number));
  const lang = langAttribute(`${article.title}${article.body}`);
  const title = article.title === "" ? strings.untitled : article.title;
  return renderLayout(view, {
    kind: changes === undefined ? "article" : "differences",
    title: strings.labelled(name, title.slice(0, 120)),
    main: html`
<p class="back"><a href="${toArticleUrl(view, article.id)}">${strings.newestEdition}</a></p>
<article class="${changes === undefined ? "article" : "comparison"}">
<h1>${name}</h1>
${renderEditionList(view, { id: article.id, editions, shown: number })}
<h2 class="hit-title"${lang} dir="auto">${title}</h2>
${changes === undefined ? toParagraphs(article.body).map((line) => html`<p${lang} dir="auto">${line}</p>`) : renderComparison(view, changes, renderHeads(view, number))}
</article>`,
  });
}

const toParagraphs = (body: string): string[] => body.split(/\r?\n/).filter((line) => line.trim() !== "");

function renderHeads({ strings, formatCount }: View, number: number): Html {
  const head = (one: number): Html => html`<div><p class="side">${strings.edition(formatCount(one))}</p></div>`;
  return html`<div class="pair heads">
${head(number - 1)}
${head(number)}
</div>`;
}

interface EditionList {
  readonly id: string;
  readonly editions: readonly EditionSummary[];
  readonly shown: number;
}

function renderEditionList(view: View, { id, editions, shown }: EditionList): Html {
  return html`<ol class="compared">${editions.map(
    ({ number, sinceMs, title, publishedAtMs }) =>
      html`<li><a href="${toEditionUrl(view, id, number)}"${number === shown && html` aria-current="page"`}>${view.strings.edition(view.formatCount(number))}</a> ${renderMoment(view, sinceMs ?? publishedAtMs)} <bdi${langAttribute(title)}>${title}</bdi></li>`,
  )}</ol>`;
}

function renderMoment(view: View, atMs: number | undefined): Html | undefined {
  if (atMs === undefined) return undefined;
  return html`<time datetime="${new Date(atMs).toISOString()}">${view.formatMoment(atMs)}</time>`;
}

/** Under an article that was changed: how often, when last, and the way to what was changed. */
export function renderChanged(view: View, id: string, editions: readonly EditionSummary[]): Html | undefined {
  const newest = editions.at(-1);
  if (newest?.sinceMs === undefined) return undefined;
  const times = view.strings.changed(view.formatCount(editions.length - 1));
  return html`<p class="meta editions" lang="${view.language}">${times} <a href="${toEditionUrl(view, id, newest.number)}">${view.strings.whatChanged}</a> ${renderMoment(view, newest.sinceMs)}</p>`;
}
