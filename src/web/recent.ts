import { onShown } from "./navigation.ts";
import { searchBox } from "./search-form.ts";
import { SITE_ROOT, storageKey } from "./site-root.ts";

/** Recent searches: kept by this browser alone, never sent anywhere, gone at one press. */

const KEY = storageKey("recent");
const MAX_KEPT = 20;
const MAX_SHOWN = 8;
const MAX_LENGTH = 100;
/** A query that stood this long was meant; what flashed by while typing was not. */
const SETTLED_MS = 2500;

/** Newest first. */
export function readRecent(): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  } catch {
    // Storage is forbidden or holds something else: there is no history then.
    return [];
  }
}

function writeRecent(queries: readonly string[]): void {
  try {
    if (queries.length === 0) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(queries.slice(0, MAX_KEPT)));
  } catch {
    // Storage is forbidden or full: the search itself goes on.
  }
}

function remember(): void {
  const query = new URLSearchParams(location.search).get("q")?.trim() ?? "";
  if (query === "" || query.length > MAX_LENGTH || document.querySelector(".hit") === null) return;
  writeRecent([query, ...readRecent().filter((item) => item !== query)]);
}

/** Fills the list on the first page. */
function render(): void {
  const recent = readRecent();
  const section = document.querySelector<HTMLElement>("#recent");
  const list = section?.querySelector("ul");
  if (section && list) {
    list.replaceChildren(
      ...recent.slice(0, MAX_SHOWN).map((query) => {
        const link = document.createElement("a");
        link.href = `${SITE_ROOT}?${new URLSearchParams({ q: query })}`;
        link.textContent = query;
        const item = document.createElement("li");
        item.append(link);
        return item;
      }),
    );
    section.hidden = recent.length === 0;
  }
}

export function addRecentSearches(): void {
  if (searchBox() === null) return;
  let settled: ReturnType<typeof setTimeout> | undefined;
  const shown = (): void => {
    clearTimeout(settled);
    settled = setTimeout(remember, SETTLED_MS);
    render();
  };
  onShown(shown);
  shown();
  document.addEventListener("submit", () => queueMicrotask(remember));
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    if (event.target.closest(".hit a") !== null) remember();
    if (event.target.closest("#recent button") !== null) {
      writeRecent([]);
      render();
      searchBox()?.focus();
    }
  });
}
