import type { Article } from "../../archive/article.ts";
import { at } from "../../http/site.ts";
import { toZonedIso } from "../../text/days.ts";
import { toSafeLink } from "../../text/safe-link.ts";
import { toKnownLanguage } from "../../text/text-language.ts";
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

/** Formats that the tray offers; the page of the collection has all of them. */
const TRAY_FORMATS: ReadonlySet<string> = new Set(["ris", "bib", "csv"]);

/** What was saved from a list: how many, tags for all of them, files. Hidden until script fills it. */
export function renderTray(view: View): Html | undefined {
  const { saving, exportAs } = view.strings;
  const script = view.assets.path("tray.js");
  if (script === undefined) return undefined;
  const files = FILES.filter(([format]) => TRAY_FORMATS.has(format));
  return html`<form class="tray" id="tray" hidden aria-label="${saving.collection}" data-script="${at(view, script)}" data-said="${saving.savedNow("{}")}"><strong role="status"></strong> <input name="tags" maxlength="200" autocomplete="off" placeholder="${saving.tags}" aria-label="${saving.tags}"> <span>${exportAs} ${files.map(([format, name]) => html`<button type="button" data-format="${format}">${name}</button> `)}</span> <a href="${at(view, "saved")}">${saving.collection} →</a> <button type="button">${saving.remove}</button></form>`;
}

/** Saves all that a page lists; shown by script. */
export const renderSaveAll = ({ strings: { saving } }: View): Html =>
  html`<button type="button" class="save-all" hidden>${saving.saveAll}</button>`;

interface Savable extends Pick<Article, "id" | "title" | "source" | "category" | "publishedAtMs" | "url"> {
  /** As it was published, to tell its language. */
  readonly text: string;
}

/** Puts an article into the collection or takes it out; shown by script. */
export function renderSaveButton(
  { strings: { saving }, timezone }: View,
  { id, title, source, category, publishedAtMs, url, text }: Savable,
): Html {
  const record = {
    id,
    title,
    source: source ?? "",
    url: toSafeLink(url) ?? "",
    published: publishedAtMs === undefined ? "" : toZonedIso(publishedAtMs, timezone),
    ...(category !== undefined && category !== "" && { category }),
    language: toKnownLanguage(text),
  };
  return html`<button type="button" class="save" hidden data-article="${JSON.stringify(record)}" data-saved="${saving.saved}" data-collection="${saving.collection}" data-unsaved="${saving.save}" aria-pressed="false">${saving.save}</button>`;
}
