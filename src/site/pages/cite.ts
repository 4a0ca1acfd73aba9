import { toArticleUrl } from "../../api/search-url.ts";
import type { Article } from "../../archive/article.ts";
import { CITATION_FILES } from "../../citations/citation-files.ts";
import { CITATION_STYLES } from "../../citations/styles.ts";
import { toCited } from "../../citations/to-cited.ts";
import { dayOf } from "../../text/days.ts";
import { type Html, html } from "../html.ts";
import type { View } from "./view.ts";

/** How to cite the article: for people, and as files. */
export function renderCitations(view: View, article: Article): Html {
  const { strings, timezone } = view;
  const cited = toCited(article, timezone);
  const today = dayOf(Date.now(), timezone);
  return html`<details class="cite" id="cite"><summary>${strings.cite}</summary>
<dl>${CITATION_STYLES.map(({ name, format }) => html`<div><dt>${name}</dt><dd><span dir="auto">${format(cited, today)}</span> <button type="button" class="copy" hidden data-copied="${strings.saving.copied}">${strings.saving.copy}</button></dd></div>`)}</dl>
<p>${Object.entries(CITATION_FILES).map(([format, { name }]) => html`<a href="${toArticleUrl(view, article.id)}/cite/${format}" download>${name}</a> `)}</p>
</details>`;
}

/** What reference managers and link previews read: Highwire tags, Dublin Core, Open Graph. */
export function renderMetadata({ timezone }: View, article: Article): Html {
  const { title, source, day, language, category, url } = toCited(article, timezone);
  const slashed = day?.replaceAll("-", "/");
  const tags: readonly (readonly [string, string | undefined])[] = [
    ["citation_title", title],
    ["citation_publication_date", slashed],
    ["citation_journal_title", source],
    ["citation_language", language],
    ["citation_public_url", url],
    ["DC.type", "newspaperArticle"],
    ["DC.title", title],
    ["DC.date", day],
    ["DC.publisher", source],
    ["DC.subject", category],
    ["DC.language", language],
  ];
  const shown = tags.flatMap(([name, content]) =>
    content === undefined ? [] : [html`<meta name="${name}" content="${content}">\n`],
  );
  return html`${shown}<meta property="og:type" content="article">
<meta property="og:title" content="${title}">
${source !== undefined && html`<meta property="og:site_name" content="${source}">`}`;
}
