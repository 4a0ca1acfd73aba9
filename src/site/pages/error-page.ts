import { DEFAULT_QUERY } from "../../api/search-url.ts";
import type { Failure } from "../../http/error-reply.ts";
import { at } from "../../http/site.ts";
import { html } from "../html.ts";
import type { Strings } from "../strings/strings.ts";
import { renderLayout } from "./layout.ts";
import { renderSearchForm } from "./search-form.ts";
import type { View } from "./view.ts";

/** What went wrong, what to do about it, and the form to go on with; `q` is what was asked, if anything. */
export function renderErrorPage(view: View, failure: Failure, requestId: string, q: string): string {
  const { strings } = view;
  // As a headline it ends without a full stop.
  const what = strings.errors[failure.code].replace(/[。.]$/u, "");
  return renderLayout(view, {
    kind: "error",
    title: what,
    masthead: renderSearchForm(view, { ...DEFAULT_QUERY, q }),
    main: html`<div class="trouble" role="alert">
<h1>${what}</h1>
<p>${strings.errorAdvice[toAdvice(failure.status)]}</p>
<p><a href="${at(view, "")}">${strings.home}</a></p>
<div class="meta"><p lang="en">${failure.message}</p>
<p><code>${failure.code}</code> · ${strings.requestId} <code>${requestId}</code></p></div>
</div>`,
  });
}

function toAdvice(status: number): keyof Strings["errorAdvice"] {
  if (status === 401 || status === 403) return "forbidden";
  if (status === 404) return "missing";
  if (status === 429 || status === 503 || status === 504) return "busy";
  return status < 500 ? "client" : "server";
}
