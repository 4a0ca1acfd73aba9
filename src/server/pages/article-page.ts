import type { StoredArticle } from "../../archive/archive.ts";
import type { Hit } from "../../search/search.ts";
import { html } from "../html.ts";
import { DEFAULT_QUERY, toSearchUrl } from "../search-url.ts";
import type { PageQuery } from "../wire.ts";
import { renderCitations, renderMetadata } from "./cite.ts";
import { renderHit, renderMeta } from "./hit.ts";
import { renderLayout } from "./layout.ts";
import { renderSearchForm } from "./search-form.ts";
import { langAttribute, type View } from "./view.ts";

export interface ArticlePageOptions {
  readonly article: StoredArticle;
  readonly similar: readonly Hit[];
  /** The search it was found by, to go back to. */
  readonly query: PageQuery | undefined;
}

/** The article as it was published, and what is near it in meaning. */
export function renderArticlePage(view: View, { article, similar, query }: ArticlePageOptions): string {
  const { strings } = view;
  const title = article.title === "" ? strings.untitled : article.title;
  const paragraphs = article.body.split(/\r?\n/).filter((line) => line.trim() !== "");
  return renderLayout(view, {
    kind: "article",
    title: title.slice(0, 120),
    head: renderMetadata(view, article),
    masthead: renderSearchForm(view, query ?? DEFAULT_QUERY),
    main: html`
${query !== undefined && html`<p class="back"><a href="${toSearchUrl(query, { offset: query.offset })}">${strings.back}</a></p>`}
<article class="article"${langAttribute(`${article.title}${article.body}`)}>
<h1 dir="auto">${title}</h1>
<p class="meta" lang="${view.language}">${renderMeta(view, article)}</p>
${paragraphs.length > 0 ? paragraphs.map((line) => html`<p dir="auto">${line}</p>`) : html`<p class="meta" lang="${view.language}">${strings.noBody}</p>`}
</article>
${renderCitations(view, article)}
<section class="similar" aria-labelledby="similar">
<h2 id="similar">${strings.similar}</h2>
${similar.length > 0 ? html`<ol class="hits">${similar.map((hit) => renderHit(view, hit, { heading: "h3" }))}</ol>` : html`<p>${strings.noSimilar}</p>`}
</section>`,
  });
}
