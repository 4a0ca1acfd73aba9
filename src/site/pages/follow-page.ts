import { CHANNELS, RHYTHMS } from "../../alerts/alert.ts";
import type { AlertPreview } from "../../alerts/preview.ts";
import type { AlertSummary } from "../../alerts/summarize-alert.ts";
import type { NewlyFollowed } from "../../api/alert-desk.ts";
import { toSearchParams, toSearchUrl, withParams } from "../../api/search-url.ts";
import type { PageQuery } from "../../api/wire.ts";
import { at } from "../../http/site.ts";
import { FEED_FORMATS } from "../feeds/formats.ts";
import { type Html, html } from "../html.ts";
import { FOLLOW_WORDS } from "../strings/follow-words.ts";
import { renderLayout } from "./layout.ts";
import { renderSearchForm } from "./search-form.ts";
import type { View } from "./view.ts";

/** What was typed, where it is to be mended. */
export interface FollowForm {
  readonly channel: string;
  readonly address: string;
  readonly rhythm: string;
  readonly at: string;
  readonly timezone: string;
}

export interface FollowPageOptions {
  readonly query: PageQuery;
  readonly preview: AlertPreview;
  readonly form: FollowForm;
  /** Why it was not taken. */
  readonly problem?: string | undefined;
}

/** What of a search is followed, as its address has it. */
export const toFollowParams = (query: PageQuery): string =>
  toSearchParams({ ...query, vs: [], stories: undefined, sort: undefined, limit: undefined, offset: 0 });

/** A form that is whole without script. */
export function renderFollowPage(view: View, { query, preview, form, problem }: FollowPageOptions): string {
  const words = FOLLOW_WORDS[view.language];
  const option = (value: string, text: string, chosen: string): Html =>
    html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>`;
  const params = toFollowParams(query);
  return renderLayout(view, {
    kind: "login",
    title: words.title,
    masthead: renderSearchForm(view, query),
    main: html`<div class="door">
<h1>${words.title}</h1>
<p><a href="${toSearchUrl(view, query)}"><bdi>${query.q === "" ? view.strings.latest : query.q}</bdi></a></p>
${problem !== undefined && html`<p class="notice" role="alert" lang="en">${problem}</p>`}
<p class="meta">${preview.relaxed === undefined ? words.preview(view.formatCount(preview.total), view.formatCount(preview.days)) : words.noneYet}</p>
<form action="${at(view, withParams("follow", params))}" method="post">
<p><label for="channel">${words.channel}</label>
<select id="channel" name="channel">${CHANNELS.map((channel) => option(channel, channel === "mail" ? words.byMail : words.byWebhook, form.channel))}</select></p>
<label for="address">${words.address}</label>
<input id="address" name="address" value="${form.address}" required maxlength="2000" autocapitalize="none" spellcheck="false" aria-describedby="address-hint">
<p id="address-hint" class="meta">${words.addressHint}</p>
<p><label for="rhythm">${words.rhythm}</label>
<select id="rhythm" name="rhythm">${RHYTHMS.map((rhythm) => option(rhythm, words.rhythms[rhythm], form.rhythm))}</select></p>
<p><label for="at">${words.at}</label>
<input id="at" name="at" value="${form.at}" placeholder="08:00" pattern="([01][0-9]|2[0-3]):[0-5][0-9]" maxlength="5" inputmode="numeric" autocomplete="off"></p>
<p><label for="timezone">${words.zone}</label>
<input id="timezone" name="timezone" value="${form.timezone}" maxlength="60" autocapitalize="none" spellcheck="false"></p>
<button type="submit">${words.submit}</button>
</form>
<p class="ways">${words.feeds} ${FEED_FORMATS.map(({ path, name }) => html`<a href="${at(view, withParams(path, params))}">${name}</a> `)}</p>
</div>`,
  });
}

/** What was followed. The secret stands on this page alone. */
export function renderFollowedPage(view: View, query: PageQuery, { alert, signingSecret }: NewlyFollowed): string {
  const words = FOLLOW_WORDS[view.language];
  return renderLayout(view, {
    kind: "login",
    title: words.title,
    masthead: renderSearchForm(view, query),
    main: html`<div class="door">
<h1>${words.title}</h1>
<p class="notice calm" role="status">${words.done(alert.address)}</p>
${signingSecret !== null && html`<p>${words.secret}</p><p><code>${signingSecret}</code></p>`}
<p class="ways"><a href="${toSearchUrl(view, query)}">${view.strings.back}</a></p>
</div>`,
  });
}

/** Asked before anything is ended: links of mails are opened by programs, too. */
export function renderUnsubscribePage(view: View, alert: AlertSummary | undefined, action: string): string {
  const words = FOLLOW_WORDS[view.language];
  const isActive = alert !== undefined && alert.status !== "stopped";
  return renderLayout(view, {
    kind: "login",
    title: words.unsubscribe,
    main: html`<div class="door">
<h1>${words.unsubscribe}</h1>
<p>${alert === undefined ? words.noSuchAlert : isActive ? words.unsubscribeHint(alert.name, alert.address) : words.unsubscribed}</p>
${isActive && html`<form action="${at(view, action)}" method="post"><button type="submit">${words.unsubscribe}</button></form>`}
</div>`,
  });
}
