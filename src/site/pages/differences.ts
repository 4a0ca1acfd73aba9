import { toArticleUrl } from "../../api/search-url.ts";
import type { Article } from "../../archive/article.ts";
import { type Html, html } from "../html.ts";
import type { Difference } from "../text-work/find-differences.ts";
import { renderMeta } from "./hit.ts";
import { renderLayout } from "./layout.ts";
import { langAttribute, type View } from "./view.ts";

/** Two articles, and what differs in them; undefined where they are too different. */
export interface ComparedArticles {
  readonly one: Article;
  readonly other: Article;
  readonly title: readonly Difference[] | undefined;
  readonly body: readonly Difference[] | undefined;
}

/** Two tellings side by side as one text: what only the first has, what only the second has, and what both have. */
export function renderDifferencesPage(view: View, { one, other, title, body }: ComparedArticles): string {
  const { strings } = view;
  const name = (article: Article): Html =>
    html`<a href="${toArticleUrl(view, article.id)}"${langAttribute(article.title)}><bdi>${article.title === "" ? strings.untitled : article.title}</bdi></a> <span class="meta">${renderMeta(view, article)}</span>`;
  return renderLayout(view, {
    kind: "article",
    title: strings.differences,
    main: html`
<article class="article">
<h1>${strings.differences}</h1>
<ul class="compared"><li><del>${strings.onlyIn}</del> ${name(one)}</li><li><ins>${strings.onlyIn}</ins> ${name(other)}</li></ul>
<h2 class="hit-title"${langAttribute(one.title)} dir="auto">${renderDifference(view, title)}</h2>
<div class="differing"${langAttribute(one.body)} dir="auto">${renderDifference(view, body)}</div>
</article>`,
  });
}

function renderDifference({ strings }: View, parts: readonly Difference[] | undefined): Html {
  if (parts === undefined) return html`<p class="notice">${strings.tooDifferent}</p>`;
  return html`${parts.map(({ text, only }) => {
    if (only === "other") return html`<ins>${text}</ins>`;
    return only === "one" ? html`<del>${text}</del>` : html`${text}`;
  })}`;
}
