import type { Archive } from "../archive/archive.ts";
import type { Article } from "../archive/article.ts";
import type { SearchRequest } from "../archive/request.ts";
import type { Hit, SearchResult } from "../archive/result.ts";
import { AppError } from "../errors.ts";
import type { Asker } from "../http/asker.ts";
import type { Resources } from "../resources/resources.ts";
import { type CountInterval, countByDate, type DateCounts } from "../search/count-by-date.ts";
import type { SearchService } from "../search/search.ts";
import { toId, toRequest, toSimilarLimit } from "../search/to-request.ts";
import { type Html, html } from "./html.ts";
import type { Language } from "./strings/languages.ts";

/** Pages of other people's programs: a function that runs at each request, within the frame of the other pages. */

/** What a page reads: in the name of who asks for it, so that its work is shared fairly and ends when they go. */
export interface PageArchive {
  /** IANA zone in which days begin. */
  readonly timezone: string;
  search(query: string | Partial<SearchRequest>): Promise<SearchResult>;
  article(id: string): Promise<Article | undefined>;
  similar(id: string, limit?: number): Promise<readonly Hit[] | undefined>;
  count(query: string | Partial<SearchRequest>, interval: CountInterval): Promise<DateCounts>;
}

/** One field of a form. Its value is what the address says, else `value`. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  /** Default `text`. */
  readonly kind?: "text" | "search" | "date" | "number" | "checkbox";
  readonly value?: string;
  /** What may be chosen; then the field is a list. */
  readonly choices?: readonly string[];
}

/** One bar of a chart. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Where a press leads. */
  readonly href?: string;
}

export interface PageCall {
  /** Parameters of the address; of one that is repeated, the last. */
  readonly query: Readonly<Record<string, string>>;
  readonly language: Language;
  readonly archive: PageArchive;
  /** Shared with everything else of the server: what is heavy is loaded once, whoever asks. */
  readonly resources: Pick<Resources, "acquire">;
  /** Fires when the reader has gone, or has waited too long. */
  readonly signal: AbortSignal;
  /** Escapes every value. */
  readonly html: typeof html;
  /** The address of something of this site: `link("", { q: "桥" })` is a search, `link("articles/…")` an article. */
  link(path: string, params?: Readonly<Record<string, string | number | undefined>>): string;
  /** A form that asks for this page again. */
  form(fields: readonly FormField[], submit: string): Html;
  /** Bars with their numbers, for everybody to read. */
  bars(title: string, bars: readonly Bar[]): Html;
}

export interface PageReply {
  /** Title of the window and of the page. Default: the path. */
  readonly title?: string;
  readonly body: Html;
}

export interface OwnPage {
  readonly path: string;
  readonly render: (call: PageCall) => Promise<PageReply | Html> | PageReply | Html;
}

const PATH = /^(?:\/[\w-]+)+$/;

/** Whether a program passes a page with an address that a page can have. */
export const isOwnPage = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "path" in value &&
  typeof value.path === "string" &&
  PATH.test(value.path) &&
  "render" in value &&
  typeof value.render === "function";

/**
 * A page of one's own, for `startServer(archive, { pages })`.
 * @param path such as `/weekly`; letters, digits, `_` and `-` between slashes
 * @throws AppError `usage` for another path
 */
export function definePage(path: string, render: OwnPage["render"]): OwnPage {
  if (isOwnPage({ path, render })) return { path, render };
  throw new AppError(
    "usage",
    `The path of a page is ${JSON.stringify(path)}: wanted one like /weekly, of letters, digits, _ and -.`,
  );
}

/** What a page reads, for one who asks. */
export function toPageArchive(search: SearchService, { timezone }: Archive["info"], asker: Asker): PageArchive {
  return {
    timezone,
    search: async (query) => search.search(toRequest(query), asker),
    article: async (id) => search.article(toId(id), asker),
    similar: async (id, limit) => search.similar(toId(id), { ...asker, limit: toSimilarLimit(limit) }),
    count: async (query, interval) => countByDate(search, toRequest(query), { ...asker, interval }),
  };
}

export function renderForm(query: PageCall["query"], fields: readonly FormField[], submit: string): Html {
  const renderField = ({ name, kind = "text", choices, value = "" }: FormField): Html => {
    const current = query[name] ?? value;
    if (choices !== undefined) {
      return html`<select name="${name}">${choices.map((choice) => html`<option${choice === current && html` selected`}>${choice}</option>`)}</select>`;
    }
    if (kind === "checkbox")
      return html`<input type="checkbox" name="${name}"${query[name] !== undefined && html` checked`}>`;
    return html`<input type="${kind}" name="${name}" value="${current}">`;
  };
  return html`<form method="get">${fields.map((field) => html`<p><label>${field.label} ${renderField(field)}</label></p>`)}<p><button>${submit}</button></p></form>`;
}

export function renderBars(title: string, bars: readonly Bar[]): Html {
  const highest = Math.max(1, ...bars.map(({ value }) => value));
  const renderLabel = ({ label, href }: Bar): Html =>
    href === undefined ? html`${label}` : html`<a href="${href}">${label}</a>`;
  return html`<table><caption>${title}</caption><tbody>${bars.map(
    (bar) =>
      html`<tr><th scope="row">${renderLabel(bar)}</th><td><meter max="${highest}" value="${bar.value}"></meter></td><td>${Math.round(bar.value * 100) / 100}</td></tr>`,
  )}</tbody></table>`;
}
