import { Idiomorph } from "idiomorph";
import { fetchPage } from "./fetch-page.ts";
import { isSearchPage, searchForm, toFormUrl } from "./search-form.ts";
import { SITE_ROOT } from "./site-root.ts";

/**
 * Moving between searches without a full load: the server's page is fetched and the parts that differ are put in place, so
 * that focus, the caret and an open list survive. The address stays the whole state; an article opens as a page of its own.
 */

export interface ShowOptions {
  /** A new entry of the history, the present one again, or none (going back). */
  readonly history: "push" | "replace" | "none";
  /** Where the window stands afterwards, in pixels; undefined leaves it. */
  readonly scrollY?: number;
}

let request: AbortController | undefined;

const withoutHash = (): string => location.pathname + location.search;

/** The search that the page shows. */
let shownAt = withoutHash();

/** How long the server takes to answer, as of late; at first a guess for one that is near. */
let answerMs = 60;

export const lastAnswerMs = (): number => answerMs;

const listeners: (() => void)[] = [];

/** Calls back after every change of the page in place. */
export const onShown = (listener: () => void): void => {
  listeners.push(listener);
};

/** Shows the search at `url`; a later call cancels an earlier one that is still under way. */
export async function show(url: string, { history: entry, scrollY }: ShowOptions): Promise<void> {
  request?.abort();
  request = new AbortController();
  const { signal } = request;
  document.querySelector("main")?.setAttribute("aria-busy", "true");
  const askedAt = performance.now();
  const next = await fetchPage(url, signal);
  const tookMs = performance.now() - askedAt;
  // One that was cancelled by a later search says only that it would have taken longer.
  if (signal.aborted) {
    answerMs = Math.max(answerMs, tookMs);
    return;
  }
  if (next === undefined) {
    sayAway();
    return;
  }
  answerMs = tookMs;
  if (entry === "push") {
    rememberScroll();
    history.pushState({ step: step() + 1 }, "", url);
  } else if (entry === "replace") history.replaceState({ step: step() }, "", url);
  shownAt = withoutHash();
  document.title = next.title;
  keepOpen(next);
  Idiomorph.morph(document.body, next.body, {
    morphStyle: "outerHTML",
    // The box keeps what is being typed, but not when one goes back. Anything else in focus, such as a bar, must show what the next page says.
    ignoreActiveValue: entry !== "none" && (document.activeElement?.matches("input, textarea") ?? false),
    callbacks: { beforeNodeMorphed: replaceWhole, beforeAttributeUpdated: keepsRole },
  });
  if (scrollY !== undefined) scrollTo(0, scrollY);
  for (const listener of listeners) listener();
}

/** A list that the reader opened stays open, where the next page has the same one. */
function keepOpen(next: Document): void {
  for (const { id } of document.querySelectorAll("details[id][open]")) {
    next.getElementById(id)?.setAttribute("open", "");
  }
}

/** What script says of the search box, which the server's page does not. */
const keepsRole = (name: string, element: Element): boolean =>
  element.id !== "q" || !(name === "role" || name.startsWith("aria-"));

/** Long parts that are replaced at once where the reader is not in them; fitting them node by node takes three times as long. */
function replaceWhole(present: Node, next: Node): boolean {
  if (present instanceof Element && present.matches("#suggestions, #tray")) return false;
  if (!(present instanceof Element) || !present.matches("#results, .narrow, .histogram")) return true;
  if (present.contains(document.activeElement)) return true;
  if (!present.isEqualNode(next)) present.replaceChildren(...next.childNodes);
  return false;
}

/** The server does not answer: what is on the page stays, and says that it is old. */
function sayAway(): void {
  document.querySelector("main")?.removeAttribute("aria-busy");
  const notice = document.querySelector<HTMLElement>("#away");
  if (notice !== null) notice.hidden = false;
}

export function addNavigation(): void {
  history.scrollRestoration = "manual";
  restoreScroll();
  addEventListener("pagehide", rememberScroll);
  addEventListener("popstate", () => {
    // A jump within the page, such as that to the first hit, is no other search.
    if (withoutHash() === shownAt) return;
    if (isSearchPage()) void show(location.href, { history: "none", scrollY: readState("scrollY") });
    else location.reload();
  });
  document.addEventListener("click", followLink);
  document.addEventListener("submit", submitSearch);
  document.addEventListener("change", applyChoice);
}

const rememberScroll = (): void => history.replaceState({ scrollY, step: step() }, "");

/** Changes of the search made on this page that going back takes away again. */
const step = (): number => readState("step");

/** Takes the last change of the search away; returns whether there was one. */
export function undo(): boolean {
  const isChanged = step() > 0;
  if (isChanged) history.back();
  return isChanged;
}

export const canUndo = (): boolean => step() > 0;

/** After going back from an article, or a reload. */
function restoreScroll(): void {
  const entry = performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming | undefined;
  if (entry !== undefined && entry.type !== "navigate") scrollTo(0, readState("scrollY"));
}

function readState(name: "scrollY" | "step"): number {
  const state: unknown = history.state;
  const value = typeof state === "object" && state !== null ? (state as Record<string, unknown>)[name] : undefined;
  return typeof value === "number" ? value : 0;
}

/** Links from a search to another search: filters, bars, pages, examples. */
function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  const url = new URL(link?.getAttribute("href") ?? "#", location.href);
  const stays = url.origin === location.origin && url.pathname === SITE_ROOT && url.hash === "" && isSearchPage();
  const sets = ["lang", "reading", "density"].some((name) => url.searchParams.has(name));
  if (link === null || !stays || sets) return;
  event.preventDefault();
  const paging = link.matches("[rel=next], [rel=prev], .brand, .brand *");
  void show(url.href, { history: "push", ...(paging && { scrollY: 0 }) });
}

function submitSearch(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form !== searchForm() || !isSearchPage()) return;
  event.preventDefault();
  document.querySelector<HTMLElement>("#filters:popover-open")?.hidePopover();
  void show(toFormUrl(form), { history: "push", scrollY: 0 });
}

/** Mode, order and days take effect at once; without script the button applies them. */
function applyChoice(event: Event): void {
  const form = searchForm();
  const field = event.target;
  if (form === null || !isSearchPage() || !(field instanceof HTMLInputElement || field instanceof HTMLSelectElement))
    return;
  const isChoice = field.form === form && field.matches("[type=radio], [name=from], [name=to], select");
  if (isChoice) void show(toFormUrl(form), { history: "push" });
}
