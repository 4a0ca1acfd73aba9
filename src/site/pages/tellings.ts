import { toArticleUrl, toDifferencesUrl } from "../../api/search-url.ts";
import type { Article } from "../../archive/article.ts";
import type { Copy, Hit } from "../../archive/result.ts";
import { fold } from "../../text/fold.ts";
import { type Html, html } from "../html.ts";
import { isDayOnly, renderMoment, toOffset } from "./moment.ts";
import { langAttribute, type View } from "./view.ts";

/** The story of an article: the tellings of its event, in order of time. */
export function renderTellings(
  view: View,
  article: Article,
  { tellings, hasMoreTellings }: { readonly tellings: readonly Hit[]; readonly hasMoreTellings: boolean },
): Html | undefined {
  if (tellings.length === 0) return undefined;
  const { strings } = view;
  return html`<section class="tellings" aria-labelledby="tellings"><h2 id="tellings">${strings.tellings}</h2>${renderStory(view, article, tellings)}${hasMoreTellings && html`<p class="meta">${strings.nearestTellings(view.formatCount(tellings.length))}</p>`}</section>`;
}

/**
 * A time line by outlet: outlets in the order in which they first told it, each with that telling's time and how much later than
 * the earliest it came, then what else it told. What has no date comes last.
 */
export function renderStory(view: View, here: Copy, others: readonly Copy[]): Html {
  const tellings = sortByTime(view, [here, ...others]);
  const earliest = findEarliest(view, tellings);
  const render = (telling: Copy): Html => renderTelling(view, telling, { hereId: here.id, earliest });
  const rows = groupByOutlet(tellings).map(([first, ...more]) => {
    const rest = more.length > 0 && html`<ul>${more.map((telling) => html`<li>${render(telling)}</li>`)}</ul>`;
    return html`<li>${first !== undefined && html`<p class="outlet"><bdi>${first.source ?? view.strings.without.source}</bdi></p>${render(first)}`}${rest}</li>`;
  });
  return html`<ol class="story">${rows}</ol>`;
}

/** The one that came first of some, by what is known. */
export const findEarliest = (view: View, tellings: readonly Copy[]): Copy | undefined =>
  sortByTime(view, tellings).find(({ publishedAtMs }) => publishedAtMs !== undefined);

const DAY_MS = 86_400_000;

/** What knows only its day is not called earlier than what is known to have come on that day; what has no date comes last. */
function sortByTime({ timezone }: View, tellings: readonly Copy[]): Copy[] {
  const toOrder = ({ publishedAtMs: atMs }: Copy): number => {
    if (atMs === undefined) return Number.MAX_SAFE_INTEGER;
    return isDayOnly(atMs, timezone) ? atMs + DAY_MS - 1 : atMs;
  };
  return tellings.toSorted((a, b) => toOrder(a) - toOrder(b));
}

/** Outlets, each with its tellings, in the order of their first ones. */
function groupByOutlet(tellings: readonly Copy[]): Copy[][] {
  const outlets = new Map<string, Copy[]>();
  for (const telling of tellings) {
    const outlet = fold(telling.source ?? "");
    const known = outlets.get(outlet);
    if (known === undefined) outlets.set(outlet, [telling]);
    else known.push(telling);
  }
  return [...outlets.values()];
}

interface StoryContext {
  readonly hereId: string;
  readonly earliest: Copy | undefined;
}

/** When, which headline, and the way to what differs. */
function renderTelling(view: View, { id, title, publishedAtMs }: Copy, { hereId, earliest }: StoryContext): Html {
  const { strings } = view;
  const shown = title === "" ? strings.untitled : title;
  const isHere = id === hereId;
  const headline = isHere
    ? html`<strong${langAttribute(shown)} aria-current="true"><bdi>${shown}</bdi></strong> <span class="meta">${strings.thisOne}</span>`
    : html`<a href="${toArticleUrl(view, id)}"${langAttribute(shown)}><bdi>${shown}</bdi></a> <a class="meta" href="${toDifferencesUrl(view, hereId, id)}">${strings.differences}</a>`;
  return html`<p class="when">${renderWhen(view, publishedAtMs, { isEarliest: id === earliest?.id, earliestAtMs: earliest?.publishedAtMs })}</p><p class="told">${headline}</p>`;
}

function renderWhen(
  view: View,
  atMs: number | undefined,
  { isEarliest, earliestAtMs }: { readonly isEarliest: boolean; readonly earliestAtMs: number | undefined },
): Html {
  const { strings } = view;
  if (atMs === undefined || earliestAtMs === undefined) return html`${strings.undated}`;
  const place = isEarliest
    ? html`<strong class="earliest">${strings.earliest}</strong>`
    : html`<span>${toOffset(view, earliestAtMs, atMs)}</span>`;
  return html`${renderMoment(view, atMs)} ${place}`;
}
