import { type HitPlace, isLinkable, toArticleUrl, toDifferencesUrl, toHitUrl, toWhyUrl } from "../../api/search-url.ts";
import type { PageQuery } from "../../api/wire.ts";
import type { Copy, Hit } from "../../archive/result.ts";
import { fold } from "../../text/fold.ts";
import { splitOpening, toSuppliedTitle } from "../../text/opening.ts";
import { toSafeLink } from "../../text/safe-link.ts";
import { type Html, html } from "../html.ts";
import type { ShownHit } from "../read-in-script.ts";
import { renderMoment } from "./moment.ts";
import { renderSaveButton } from "./saved-page.ts";
import { findEarliest, renderStory } from "./tellings.ts";
import { langAttribute, markRanges, type View } from "./view.ts";

/** Outlets named before a list of tellings is opened. */
const OUTLETS_NAMED = 3;

export interface HitOptions {
  /** Heading level of the title: one below the heading that the list stands under. */
  readonly heading: "h2" | "h3";
  /** The search to come back to. */
  readonly query?: PageQuery | undefined;
  /** Where it stands in the list, to read on from it. */
  readonly place?: HitPlace | undefined;
  /** The first of the page, to which one may jump. */
  readonly isFirst?: boolean;
  /** A list to be skimmed: the time line of a story stands on the article's page, one press away. */
  readonly isSkimmed?: boolean;
}

/** One article found: title, where and when, the sentence that answers, and why it is here. */
export function renderHit(view: View, hit: ShownHit, options: HitOptions): Html {
  // Without a title the text begins where the title would stand, and is not told twice.
  const { opening, rest } =
    hit.title === "" && hit.snippet.text !== ""
      ? splitOpening(hit.snippet)
      : { opening: { text: hit.title, highlights: hit.titleHighlights }, rest: hit.snippet };
  const publishedTitle = hit.publishedTitle ?? hit.title;
  const savedTitle = publishedTitle === "" ? toSuppliedTitle(hit.snippet.text) : publishedTitle;
  // A snippet that was converted tells the script of the reader.
  const text = hit.publishedTitle === undefined ? hit.title + hit.snippet.text : hit.publishedTitle;
  return html`<li class="hit"><article>
${renderTitle(view, { ...hit, title: opening.text, titleHighlights: opening.highlights }, options)}
<p class="meta">${renderMeta(view, { ...hit, url: undefined })}</p>
${rest.text !== "" && html`<p class="snippet"${langAttribute(rest.text)} dir="auto">${markRanges(rest.text, rest.highlights)}</p>`}
${renderHitTellings(view, hit, options)}
${renderCopies(view, hit)}
<p class="actions">${renderOriginal(view, hit.url)} ${renderSaveButton(view, { ...hit, title: savedTitle, text })} ${renderWhy(view, hit, options.query)}</p>
</article></li>`;
}

function renderTitle(view: View, hit: Hit, { heading, query, place, isFirst = false }: HitOptions): Html {
  const { strings } = view;
  const text = hit.title === "" ? html`${strings.untitled}` : markRanges(hit.title, hit.titleHighlights);
  const url =
    query === undefined || place === undefined
      ? toArticleUrl(view, hit.id, query)
      : toHitUrl(view, hit.id, query, place);
  const link = html`<a href="${url}"${isFirst && html` id="first-hit"`}>${text}</a>`;
  const attributes = html`class="hit-title"${langAttribute(hit.title)} dir="auto"`;
  return heading === "h2" ? html`<h2 ${attributes}>${link}</h2>` : html`<h3 ${attributes}>${link}</h3>`;
}

interface Dated {
  readonly publishedAtMs?: number | undefined;
  readonly source?: string | undefined;
  readonly category?: string | undefined;
  readonly url?: string | undefined;
  /** Length of the whole text in characters; absent where the reading time is not shown. */
  readonly bodyLength?: number | undefined;
}

/** Characters read in a minute: readers of Chinese news take 300 to 500. */
const CHARACTERS_PER_MINUTE = 400;

/** The whole minutes that a text takes to read, at least one; undefined without a text. */
const toReadingMinutes = (bodyLength = 0): number | undefined =>
  bodyLength === 0 ? undefined : Math.max(1, Math.round(bodyLength / CHARACTERS_PER_MINUTE));

/** Day, age, source, category (where it is not the source again), reading time and the way to the original, as far as known, then `last`. */
export function renderMeta(view: View, { publishedAtMs, source, category, url, bodyLength }: Dated, last?: Html): Html {
  const minutes = toReadingMinutes(bodyLength);
  const isNamed = category !== undefined && category !== "" && fold(category) !== fold(source ?? "");
  const parts: readonly (Html | false)[] = [
    publishedAtMs === undefined
      ? html`<span>${view.strings.undated}</span>`
      : html`${renderMoment(view, publishedAtMs)} <span class="age">${view.formatAge(publishedAtMs)}</span>`,
    source !== undefined && source !== "" && html`<span class="source"><bdi>${source}</bdi></span>`,
    isNamed && html`<span><bdi>${category}</bdi></span>`,
    minutes !== undefined && html`<span class="minutes">${view.strings.readingTime(view.formatCount(minutes))}</span>`,
    renderOriginal(view, url) ?? false,
    last ?? false,
  ];
  // Between two pieces the style sheet draws a dot, which no line begins or ends with.
  const pieces = parts.flatMap((part) => (part === false ? [] : html`<span class="piece">${part}</span> `));
  return html`<span class="pieces">${pieces}</span>`;
}

/** The way to where it was published. */
export function renderOriginal({ strings }: View, url: string | undefined): Html | undefined {
  const link = toSafeLink(url);
  if (link === undefined) return undefined;
  return html`<a class="out" href="${link}" rel="noopener noreferrer nofollow external">${strings.original}</a>`;
}

/** The way to the words and sentences that made it match, where that can be asked. */
function renderWhy(view: View, { id }: Hit, query: PageQuery | undefined): Html | undefined {
  if (query === undefined || !isLinkable(query) || query.q.trim() === "") return undefined;
  return html`<a class="ask-why" href="${toWhyUrl(view, id, query)}" rel="nofollow">${view.strings.why}</a>`;
}

/** The story that a hit stands for: who was first, one press away, and the time line of all tellings; a copy may be the first of them. */
function renderHitTellings(view: View, hit: Hit, { isSkimmed = false }: HitOptions): Html | undefined {
  const { tellings, copies } = hit;
  if (tellings.length === 0) return undefined;
  const others = [...tellings, ...copies];
  const { strings } = view;
  const outlets = [...new Set(tellings.flatMap(({ source }) => source ?? []))].slice(0, OUTLETS_NAMED);
  const count = strings.tellingsHere(view.formatCount(tellings.length));
  const named = outlets.map((outlet) => html` <span class="dot" aria-hidden="true">·</span> <bdi>${outlet}</bdi>`);
  const story = isSkimmed
    ? html`<p class="copies told"><a href="${toArticleUrl(view, hit.id)}#tellings">${count}</a> ${named}</p>`
    : html`<details class="copies told"><summary>${count} ${named}</summary>
${renderStory(view, hit, others)}
</details>`;
  return html`${story}
${renderEarliest(view, findEarliest(view, [hit, ...others]), hit.id)}`;
}

/** Who published it first, with the time, and the way there. */
function renderEarliest(view: View, earliest: Copy | undefined, hereId: string): Html | undefined {
  if (earliest?.publishedAtMs === undefined) return undefined;
  const { strings } = view;
  const outlet = html`<bdi>${earliest.source ?? strings.without.source}</bdi>`;
  const link = earliest.id === hereId ? outlet : html`<a href="${toArticleUrl(view, earliest.id)}">${outlet}</a>`;
  return html`<p class="meta first"><strong class="earliest">${strings.earliest}</strong> ${link} ${renderMoment(view, earliest.publishedAtMs)}</p>`;
}

/** How many others have published it; where that is not known of all, or one did so twice, how many articles there are. */
function countCopies({ strings, formatCount }: View, { source, copies }: Hit): string {
  const outlets = new Set([source, ...copies.map((copy) => copy.source)]);
  const areOthers = !outlets.has(undefined) && outlets.size === copies.length + 1;
  return (areOthers ? strings.copies : strings.sameTexts)(formatCount(copies.length));
}

/** The outlets of near-copies, who was first, and what differs. */
function renderCopies(view: View, hit: Hit): Html | undefined {
  const { strings } = view;
  const { copies } = hit;
  if (copies.length === 0) return undefined;
  const first = findEarliest(view, [hit, ...copies]);
  const rows = copies.map((copy) => {
    const title = copy.title === "" ? strings.untitled : copy.title;
    return html`<li><a href="${toArticleUrl(view, copy.id)}"${langAttribute(copy.title)}><bdi>${title}</bdi></a> <span class="meta">${renderMeta(view, copy, html`<a href="${toDifferencesUrl(view, hit.id, copy.id)}">${strings.differences}</a>`)}</span></li>`;
  });
  return html`<details class="copies"><summary>${countCopies(view, hit)}${first !== undefined && html` <span class="dot" aria-hidden="true">·</span> ${strings.first(first.source)}`}</summary>
<ul>${rows}</ul>
</details>`;
}
