import type { Article } from "../../archive/article.ts";
import { toZonedIso } from "../../text/days.ts";
import { toSafeLink } from "../../text/safe-link.ts";
import { type Html, html } from "../html.ts";
import { renderLayout } from "./layout.ts";
import type { View } from "./view.ts";

/** The reader's own collection: the server gives the frame, script fills it with what this browser keeps. */
export function renderSavedPage(view: View): string {
  const { saving } = view.strings;
  return renderLayout(view, {
    kind: "saved",
    title: saving.collection,
    main: html`
<h1>${saving.collection}</h1>
<p class="meta">${saving.hint}</p>
<noscript><p class="notice">${saving.needsScript}</p></noscript>
<p id="saved-none" hidden>${saving.none}</p>
<ol id="saved" class="hits" data-remove="${saving.remove}"></ol>
<p class="take" id="saved-export" hidden>${view.strings.exportAs} <button type="button" data-format="jsonl">JSONL</button> <button type="button" data-format="csv">CSV</button> <button type="button" data-format="ris">RIS</button></p>`,
  });
}

type Savable = Pick<Article, "id" | "title" | "source" | "publishedAtMs" | "url">;

/** Puts an article into the collection or takes it out; shown by script. */
export function renderSaveButton(
  { strings: { saving }, timezone }: View,
  { id, title, source, publishedAtMs, url }: Savable,
): Html {
  const record = {
    id,
    title,
    source: source ?? "",
    url: toSafeLink(url) ?? "",
    published: publishedAtMs === undefined ? "" : toZonedIso(publishedAtMs, timezone),
  };
  return html`<button type="button" class="save" hidden data-article="${JSON.stringify(record)}" data-saved="${saving.saved}" data-unsaved="${saving.save}" aria-pressed="false">${saving.save}</button>`;
}
