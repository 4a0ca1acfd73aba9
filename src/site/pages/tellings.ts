import { toArticleUrl, toDifferencesUrl } from "../../api/search-url.ts";
import type { Article } from "../../archive/article.ts";
import type { Copy, Hit } from "../../archive/result.ts";
import { type Html, html } from "../html.ts";
import { langAttribute, type View } from "./view.ts";

const HOUR_MS = 3_600_000;

/** Other tellings of the article's event, in order of time, each with how much earlier or later it came. */
export function renderTellings(view: View, article: Article, tellings: readonly Hit[]): Html | undefined {
  const at = article.publishedAtMs;
  if (at === undefined || tellings.length === 0) return undefined;
  const { strings } = view;
  const rows = [article, ...tellings]
    .toSorted((a, b) => (a.publishedAtMs ?? at) - (b.publishedAtMs ?? at))
    .map((telling) => {
      const here = telling.id === article.id;
      const when = here ? strings.thisOne : toOffset(view, (telling.publishedAtMs ?? at) - at);
      const title = telling.title === "" ? strings.untitled : telling.title;
      const text = here
        ? html`<span class="meta"><bdi>${telling.source}</bdi></span> <strong${langAttribute(title)}><bdi>${title}</bdi></strong>`
        : renderTelling(view, telling, article.id);
      return html`<li${here && html` aria-current="true"`}><span class="when">${when}</span> <span>${text}</span></li>`;
    });
  return html`<section class="tellings" aria-labelledby="tellings"><h2 id="tellings">${strings.tellings}</h2><ol>${rows}</ol></section>`;
}

/** Outlet, title and the way to what differs from the article `fromId`. */
export function renderTelling(view: View, { id, title, source }: Copy, fromId: string): Html {
  const { strings } = view;
  const shown = title === "" ? strings.untitled : title;
  return html`<span class="meta"><bdi>${source}</bdi></span> <a href="${toArticleUrl(view, id)}"${langAttribute(shown)}><bdi>${shown}</bdi></a> <a class="meta" href="${toDifferencesUrl(view, fromId, id)}">${strings.differences}</a>`;
}

/** In the unit that says it shortest; articles that know only their day come out in days. */
export function toOffset({ language, strings }: View, offsetMs: number): string {
  const hours = Math.round(Math.abs(offsetMs) / HOUR_MS);
  if (hours === 0) return strings.sameTime;
  const isHours = hours < 24;
  const format = new Intl.NumberFormat(language === "en" ? "en-GB" : "zh-CN", {
    style: "unit",
    unitDisplay: "long",
    unit: isHours ? "hour" : "day",
    maximumFractionDigits: 0,
  });
  const length = format.format(isHours ? hours : Math.round(hours / 24));
  return offsetMs < 0 ? strings.before(length) : strings.after(length);
}
