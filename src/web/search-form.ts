import { SITE_ROOT } from "./site-root.ts";

/** The one form of the page, and the address it stands for. */

export const searchForm = (): HTMLFormElement | null => document.querySelector("form.search");

export const searchBox = (): HTMLInputElement | null => document.querySelector("#q");

/** A field of the form, wherever on the page it stands. */
export function fieldOf(form: HTMLFormElement | null, name: string): HTMLInputElement | undefined {
  const field = form?.elements.namedItem(name);
  return field instanceof HTMLInputElement ? field : undefined;
}

/** Values that need not be said. */
const DEFAULTS: Readonly<Record<string, string>> = { mode: "hybrid", sort: "relevance" };

/** The address of the search as it stands in the form, without empty and default fields. */
export function toFormUrl(form: HTMLFormElement): string {
  const params = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value.trim() !== "" && value !== DEFAULTS[name]) params.append(name, value);
  }
  return params.size === 0 ? SITE_ROOT : `${SITE_ROOT}?${params}`;
}

export const isSearchPage = (): boolean => location.pathname === SITE_ROOT;
