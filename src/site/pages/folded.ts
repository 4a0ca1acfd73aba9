import { isLinkable, toSearchUrl } from "../../api/search-url.ts";
import type { PageQuery } from "../../api/wire.ts";
import { isCounted, type SearchResult } from "../../archive/result.ts";
import { type Html, html } from "../html.ts";
import type { View } from "./view.ts";

/** How many articles stand under others, and the way to list each telling by itself, or to group them again. */
export function renderFolded(view: View, query: PageQuery, result: SearchResult): Html | undefined {
  const { strings, formatCount } = view;
  const isGrouped = query.stories === "on" && hasTellings(result);
  const words = isGrouped ? strings.folded : strings.foldedCopies;
  const folded = result.collapsed > 0 && words(formatCount(result.collapsed));
  const link =
    isLinkable(query) &&
    (query.stories === "off"
      ? html`<a href="${toSearchUrl(view, query, { stories: "on" })}">${strings.storiesOn}</a>`
      : isGrouped && html`<a href="${toSearchUrl(view, query, { stories: "off" })}">${strings.storiesOff}</a>`);
  return folded === false && link === false ? undefined : html`<span class="folded">${folded} ${link}</span>`;
}

/** Whether some of what stands under others is more than a copy of it: of other pages of the list it is taken to be. */
function hasTellings({ hits, collapsed }: SearchResult): boolean {
  const copies = hits.filter(isCounted).flatMap((hit) => hit.copies);
  return collapsed > copies.length || (collapsed > 0 && hits.some(({ tellings }) => tellings.length > 0));
}
