import type { Article } from "../../archive/article.ts";
import { zoneOffsetMs } from "../../text/days.ts";
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

/** ISO 8601 with the archive's own offset, so that the day in it is the archive's day. */
function toZonedIso(atMs: number, timezone: string): string {
  const offsetMinutes = Math.round(zoneOffsetMs(atMs, timezone) / 60_000);
  const local = new Date(atMs + offsetMinutes * 60_000).toISOString().slice(0, -1);
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  const digits = (value: number): string => String(value).padStart(2, "0");
  return `${local}${offsetMinutes < 0 ? "-" : "+"}${digits(hours)}:${digits(minutes)}`;
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
