import type { Article } from "../../archive/article.ts";
import { at } from "../../http/site.ts";
import { toZonedIso } from "../../text/days.ts";
import { toSafeLink } from "../../text/safe-link.ts";
import { type Html, html } from "../html.ts";
import { renderLayout } from "./layout.ts";
import type { View } from "./view.ts";

/** The reader's own collection: the server gives the frame, script fills it with what this browser keeps. */
export function renderSavedPage(view: View): string {
  const { saving, exportAs } = view.strings;
  const script = view.assets.path("saved-page.js");
  return renderLayout(view, {
    kind: "saved",
    title: saving.collection,
    head: script === undefined ? undefined : html`<script type="module" src="${at(view, script)}"></script>`,
    main: html`
<h1>${saving.collection}</h1>
<p class="meta">${saving.hint}</p>
<noscript><p class="notice">${saving.needsScript}</p></noscript>
<p id="saved-none" hidden>${saving.none}</p>
<p id="saved-folder" hidden><label>${saving.folder} <select></select></label></p>
<details id="saved-together" class="sort-in" hidden><summary>${saving.together}</summary><form><label><span>${saving.folder}</span><input name="folder" autocomplete="off"></label><label><span>${saving.tags}</span><input name="tags" autocomplete="off"></label><button type="submit">${saving.apply}</button></form></details>
<ol id="saved" class="hits" data-remove="${saving.remove}" data-all="${saving.allFolders}" data-folder="${saving.folder}" data-tags="${saving.tags}" data-note="${saving.note}" data-sort-in="${saving.sortIn}" data-imported="${saving.imported("{}")}" data-unreadable="${saving.unreadable}"></ol>
<p class="take" id="saved-export" hidden>${exportAs} ${FILES.map(([format, name]) => html`<button type="button" data-format="${format}">${name}</button> `)}<button type="button" class="print">${saving.print}</button></p>
<p class="take" id="saved-import" hidden><label class="file"><span>${saving.importFile}</span> <input type="file" accept=".json,.jsonl,application/json"></label> <span id="saved-told" role="status"></span></p>`,
  });
}

/** Files in which the collection is taken along; JSON and JSON lines can be brought back. */
const FILES = [
  ["json", "JSON"],
  ["jsonl", "JSONL"],
  ["csv", "CSV"],
  ["ris", "RIS"],
  ["bib", "BibTeX"],
  ["csl.json", "CSL-JSON"],
] as const;

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
  return html`<button type="button" class="save" hidden data-article="${JSON.stringify(record)}" data-saved="${saving.saved}" data-collection="${saving.collection}" data-unsaved="${saving.save}" aria-pressed="false">${saving.save}</button>`;
}
