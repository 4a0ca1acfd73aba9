import type { Article } from "../../archive/archive.ts";
import type { Hit } from "../../search/search.ts";
import { type Html, html } from "../html.ts";
import { toArticleUrl } from "../search-url.ts";
import { langAttribute, type View } from "./view.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Articles nearer in time than this, and in meaning than that, tell the same event: nine in ten of the sample's tellings do. */
const NEAR_MS = 10 * DAY_MS;
const NEAR_MEANING = 0.43;

/** Other tellings of the article's story, in order of time, each with how much earlier or later it came. */
export function renderTellings(view: View, article: Article, similar: readonly Hit[]): Html | undefined {
  const at = article.publishedAtMs;
  if (at === undefined) return undefined;
  const others = similar.flatMap((hit) =>
    hit.publishedAtMs !== undefined &&
    Math.abs(hit.publishedAtMs - at) <= NEAR_MS &&
    (hit.why.semantic ?? 0) >= NEAR_MEANING
      ? [{ ...hit, publishedAtMs: hit.publishedAtMs }]
      : [],
  );
  if (others.length === 0) return undefined;
  const { strings } = view;
  const rows = [...others, { ...article, publishedAtMs: at }]
    .sort((a, b) => a.publishedAtMs - b.publishedAtMs)
    .map((telling) => {
      const here = telling.id === article.id;
      const when = here ? strings.thisOne : toOffset(view, telling.publishedAtMs - at);
      const title = telling.title === "" ? strings.untitled : telling.title;
      const name = here
        ? html`<strong${langAttribute(title)}><bdi>${title}</bdi></strong>`
        : html`<a href="${toArticleUrl(telling.id)}"${langAttribute(title)}><bdi>${title}</bdi></a>`;
      const compare =
        !here &&
        html` <a class="meta" href="${toArticleUrl(article.id)}/differences/${encodeURIComponent(telling.id)}">${strings.differences}</a>`;
      return html`<li${here && html` aria-current="true"`}><span class="when">${when}</span> <span><span class="meta"><bdi>${telling.source}</bdi></span> ${name}${compare}</span></li>`;
    });
  return html`<section class="tellings" aria-labelledby="tellings"><h2 id="tellings">${strings.tellings}</h2><ol>${rows}</ol></section>`;
}

/** In the unit that says it shortest; articles that know only their day come out in days. */
function toOffset({ language, strings }: View, offsetMs: number): string {
  const format = new Intl.NumberFormat(language === "en" ? "en-GB" : "zh-CN", {
    style: "unit",
    unitDisplay: "long",
    unit: Math.abs(offsetMs) < DAY_MS ? "hour" : "day",
    maximumFractionDigits: 0,
  });
  const hours = Math.round(Math.abs(offsetMs) / HOUR_MS);
  if (hours === 0) return strings.sameTime;
  const length = format.format(hours < 24 ? hours : Math.round(hours / 24));
  return offsetMs < 0 ? strings.before(length) : strings.after(length);
}
