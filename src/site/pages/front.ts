import { toArticleUrl } from "../../api/search-url.ts";
import type { Histogram } from "../../archive/result.ts";
import { toHeadline } from "../../text/opening.ts";
import type { Front, FrontStory } from "../front.ts";
import { type Html, html } from "../html.ts";
import { renderMoment } from "./moment.ts";
import { findEarliest } from "./tellings.ts";
import { langAttribute, type View } from "./view.ts";

/** From which month to which the archive holds anything. */
export function renderSpan(view: View, months: Histogram | undefined): Html | undefined {
  const filled = (months?.buckets ?? []).filter(({ count }) => count > 0);
  const [first, last] = [filled[0], filled.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const name = ({ start }: { readonly start: string }): string =>
    view.formatUtc(new Date(`${start}T00:00:00Z`), "year and month");
  return html`<span class="span">${first === last ? name(first) : html`${name(first)} – ${name(last)}`}</span>`;
}

/** The events of the archive's last week that most outlets reported. */
export function renderBigStories(view: View, { stories, week }: Front): Html | undefined {
  if (stories.length === 0) return undefined;
  const { strings } = view;
  const isLong = week !== undefined && !week.isThis;
  const title = isLong ? strings.bigStoriesOf(view.formatDays(week.fromMs, week.toMs)) : strings.bigStories;
  return html`<section class="big" aria-labelledby="big"><h2 id="big">${title}</h2>
<ol>${stories.map((story) => renderStoryLine(view, story))}</ol></section>`;
}

function renderStoryLine(view: View, { hit, outlets, reports }: FrontStory): Html {
  const { strings, formatCount } = view;
  const title = toHeadline(hit.title, hit.snippet.text, strings.untitled);
  const earliest = findEarliest(view, [hit, ...hit.tellings, ...hit.copies]);
  const first =
    earliest?.publishedAtMs !== undefined &&
    html` <span class="piece">${strings.earliest} <bdi>${earliest.source ?? strings.without.source}</bdi> ${renderMoment(view, earliest.publishedAtMs)}</span>`;
  return html`<li><h3 class="hit-title"${langAttribute(title)} dir="auto"><a href="${toArticleUrl(view, hit.id)}">${title}</a></h3>
<p class="meta"><span class="pieces"><strong class="piece">${strings.outletsReports(formatCount(outlets), formatCount(reports))}</strong>${first}</span></p></li>`;
}
