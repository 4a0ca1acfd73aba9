import { diffArrays } from "diff";
import { toArticleUrl } from "../../api/search-url.ts";
import type { Article } from "../../archive/article.ts";
import { type Html, html } from "../html.ts";
import { renderMeta } from "./hit.ts";
import { renderLayout } from "./layout.ts";
import { langAttribute, type View } from "./view.ts";

/** Characters of a text that are compared. */
const MAX_COMPARED = 20_000;

/** Changes above which two texts are called different instead of being compared to the end. */
const MAX_CHANGES = 4000;

/** Two tellings side by side as one text: what only the first has, what only the second has, and what both have. */
export function renderDifferencesPage(view: View, one: Article, other: Article): string {
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
<h2 class="hit-title"${langAttribute(one.title)} dir="auto">${renderDifference(view, one.title, other.title)}</h2>
<div class="differing"${langAttribute(one.body)} dir="auto">${renderDifference(view, one.body, other.body)}</div>
</article>`,
  });
}

function renderDifference({ strings }: View, one: string, other: string): Html {
  // By code points: half of a surrogate pair is no text.
  const parts = diffArrays([...one.slice(0, MAX_COMPARED)], [...other.slice(0, MAX_COMPARED)], {
    maxEditLength: MAX_CHANGES,
  });
  if (parts === undefined) return html`<p class="notice">${strings.tooDifferent}</p>`;
  return html`${parts.map(({ value, added, removed }) => {
    const text = value.join("");
    if (added) return html`<ins>${text}</ins>`;
    return removed ? html`<del>${text}</del>` : html`${text}`;
  })}`;
}
