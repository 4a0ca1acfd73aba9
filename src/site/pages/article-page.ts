import { DEFAULT_QUERY, toArticleUrl, toSearchUrl } from "../../api/search-url.ts";
import type { PageQuery } from "../../api/wire.ts";
import type { Article } from "../../archive/article.ts";
import type { EditionSummary } from "../../archive/edition.ts";
import type { Hit } from "../../archive/result.ts";
import type { Script } from "../../resources/to-script.ts";
import { toTextLanguage } from "../../text/text-language.ts";
import { type Html, html } from "../html.ts";
import { LANGUAGE_NAMES, STRINGS } from "../strings/languages.ts";
import { renderCitations, renderMetadata } from "./cite.ts";
import { renderChanged } from "./editions.ts";
import { renderHit, renderMeta } from "./hit.ts";
import { renderLayout } from "./layout.ts";
import { renderSaveButton } from "./saved-page.ts";
import { renderSearchForm } from "./search-form.ts";
import { renderTellings } from "./tellings.ts";
import { langAttribute, renderShareButton, type View } from "./view.ts";

export interface ArticlePageOptions {
  readonly article: Article;
  /** The same in the script that the reader asked for; undefined: as it was published. */
  readonly reading: { readonly script: Script; readonly title: string; readonly body: string } | undefined;
  /** Other tellings of its event. */
  readonly tellings: readonly Hit[];
  readonly similar: readonly Hit[];
  /** What the article has said, oldest first; empty where the engine cannot tell. */
  readonly editions: readonly EditionSummary[];
  /** The search it was found by, to go back to. */
  readonly query: PageQuery | undefined;
}

/** The article as it was published, and what is near it in meaning. */
export function renderArticlePage(
  view: View,
  { article, reading, tellings, similar, editions, query }: ArticlePageOptions,
): string {
  const { strings } = view;
  const { title: shownTitle, body } = reading ?? article;
  const title = shownTitle === "" ? strings.untitled : shownTitle;
  const lang =
    reading === undefined ? langAttribute(`${article.title}${article.body}`) : html` lang="${reading.script}"`;
  const paragraphs = body.split(/\r?\n/).filter((line) => line.trim() !== "");
  return renderLayout(view, {
    kind: "article",
    title: title.slice(0, 120),
    canonical: toArticleUrl({ root: "" }, article.id),
    head: renderMetadata(view, article),
    masthead: renderSearchForm(view, query ?? DEFAULT_QUERY),
    main: html`
${query !== undefined && html`<p class="back"><a href="${toSearchUrl(view, query, { offset: query.offset })}">${strings.back}</a></p>`}
<article class="article"${lang}>
<h1 dir="auto">${title}</h1>
<p class="meta" lang="${view.language}">${renderMeta(view, { ...article, bodyLength: article.body.length })} ${renderSaveButton(view, article)} ${renderShareButton(view)}</p>
${renderChanged(view, article.id, editions)}
${renderScripts(view, article, reading?.script)}
${paragraphs.length > 0 ? paragraphs.map((line) => html`<p dir="auto">${line}</p>`) : html`<p class="meta" lang="${view.language}">${strings.noBody}</p>`}
</article>
${renderTellings(view, article, tellings)}
${renderCitations(view, article)}
<section class="similar" aria-labelledby="similar">
<h2 id="similar">${strings.similar}</h2>
${similar.length > 0 ? html`<ol class="hits">${similar.map((hit) => renderHit(view, hit, { heading: "h3" }))}</ol>` : html`<p>${strings.noSimilar}</p>`}
</section>`,
  });
}

/** The switch to the other script, and what it did. */
function renderScripts(view: View, article: Article, script: Script | undefined): Html | undefined {
  const published = toTextLanguage(`${article.title}${article.body}`);
  if (published === undefined) return undefined;
  const { strings } = view;
  const url = toArticleUrl(view, article.id);
  const other = published === "zh-Hans" ? "zh-Hant" : "zh-Hans";
  if (script === undefined) {
    return html`<p class="meta scripts" lang="${view.language}">${strings.readAs} <a href="${url}?script=${other}" lang="${other}" rel="nofollow">${LANGUAGE_NAMES[other]}</a></p>`;
  }
  return html`<p class="notice scripts" lang="${view.language}">${STRINGS[view.language === "en" ? "en" : script].converted} <a href="${url}">${strings.asPublished}</a></p>`;
}
