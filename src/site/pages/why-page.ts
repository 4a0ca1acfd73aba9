import { toArticleUrl, toSearchUrl } from "../../api/search-url.ts";
import type { PageQuery } from "../../api/wire.ts";
import type { Article } from "../../archive/article.ts";
import type { Explanation } from "../../archive/result.ts";
import { toHeadline } from "../../text/opening.ts";
import { type Html, html } from "../html.ts";
import { renderMeta } from "./hit.ts";
import { renderLayout } from "./layout.ts";
import { renderSearchForm } from "./search-form.ts";
import { langAttribute, markRanges, type View } from "./view.ts";

/** Why an article matches a query: the words as they stand in it, and the sentences that say it. */
export function renderWhyPage(view: View, article: Article, query: PageQuery, why: Explanation): string {
  const { strings } = view;
  const title = toHeadline(article.title, article.body, strings.untitled);
  return renderLayout(view, {
    kind: "why",
    title: strings.why,
    masthead: renderSearchForm(view, query),
    main: html`
<p class="back"><a href="${toSearchUrl(view, query, { offset: query.offset })}">${strings.back}</a></p>
<h1>${strings.why}</h1>
<h2 class="hit-title"${langAttribute(title)} dir="auto"><a href="${toArticleUrl(view, article.id, query)}">${title}</a></h2>
<p class="meta">${renderMeta(view, article)}</p>
${renderReasons(view, why)}`,
  });
}

function renderReasons(view: View, { found, missing, semantic, sentences }: Explanation): Html {
  const { strings } = view;
  const rows: (Html | false)[] = [
    found.length > 0 &&
      html`<div><dt>${strings.whyFound}</dt><dd>${found.map(({ text, times }) => html`<span class="word"><mark${langAttribute(text)}><bdi>${text}</bdi></mark> <span class="count">×${view.formatCount(times)}</span></span> `)}</dd></div>`,
    missing.length > 0 &&
      html`<div><dt>${strings.whyMissing}</dt><dd>${missing.map((word) => html`<s><bdi>${word}</bdi></s> `)}</dd></div>`,
    semantic !== undefined && html`<div><dt>${strings.whySemantic}</dt><dd>${toShare(semantic)}</dd></div>`,
    sentences.length > 0 &&
      html`<div><dt>${strings.whySentences}</dt><dd><ol>${sentences.map(({ text, highlights, similarity }) => html`<li><span${langAttribute(text)} dir="auto">${markRanges(text, highlights)}</span> <span class="count">${toShare(similarity)}</span></li>`)}</ol></dd></div>`,
  ];
  return html`<dl class="reasons" id="reasons">${rows.filter((row) => row !== false)}</dl>`;
}

const toShare = (cosine: number): string => `${Math.round(cosine * 100)}%`;
