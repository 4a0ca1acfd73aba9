import { at } from "../../http/site.ts";
import { type Html, html } from "../html.ts";
import { renderLayout } from "./layout.ts";
import type { View } from "./view.ts";

/** Why the form is shown again, or at all. */
export type LoginNotice =
  | { readonly kind: "wrong" }
  | { readonly kind: "foreign" }
  | { readonly kind: "too-often"; readonly waitS: number }
  | { readonly kind: "left" };

export interface LoginPageOptions {
  /** Where in the site the form is sent: `login`, with what to show afterwards. */
  readonly action: string;
  readonly notice?: LoginNotice | undefined;
  /** Everybody may read, and a token is for more than that. */
  readonly isOpen: boolean;
  /** A page of the site was asked for. Default: no. */
  readonly isSent?: boolean;
}

/** One field and a button, whole without script. */
export function renderLoginPage(view: View, { action, notice, isOpen, isSent = false }: LoginPageOptions): string {
  const { login } = view.strings;
  const openly = isSent ? login.introPage : login.introOpen;
  return renderLayout(view, {
    kind: "login",
    title: login.title,
    main: html`<div class="door" ${notice?.kind === "left" && html`data-forget`}>
<h1>${login.title}</h1>
${notice !== undefined && renderNotice(view, notice)}
<p>${isOpen ? openly : login.intro}</p>
<form action="${at(view, action)}" method="post">
<label for="token">${login.token}</label>
<input id="token" name="token" type="password" required autofocus autocomplete="current-password" autocapitalize="none" spellcheck="false" aria-describedby="token-hint">
<p id="token-hint" class="meta">${login.tokenHint}</p>
<button type="submit">${login.submit}</button>
</form>
</div>`,
  });
}

function renderNotice({ strings: { login }, formatCount }: View, notice: LoginNotice): Html {
  switch (notice.kind) {
    case "left":
      return html`<p class="notice calm" role="status">${login.left}</p>`;
    case "wrong":
      return html`<p class="notice" role="alert">${login.wrong}</p>`;
    case "foreign":
      return html`<p class="notice" role="alert">${login.foreign}</p>`;
    case "too-often":
      return html`<p class="notice" role="alert">${login.tooOften(formatCount(notice.waitS))}</p>`;
  }
}

/** Asked before anything is taken from the reader's browser. */
export function renderLogoutPage(view: View, name: string): string {
  const { login } = view.strings;
  return renderLayout(view, {
    kind: "login",
    title: login.leave,
    main: html`<div class="door">
<h1>${login.leave}</h1>
<p>${login.leaveHint(name)}</p>
<form action="${at(view, "logout")}" method="post"><button type="submit">${login.leave}</button></form>
<p class="ways"><a href="${at(view, "saved")}">${login.takeAlong}</a> <a href="${at(view, "")}">${login.stay}</a></p>
</div>`,
  });
}
