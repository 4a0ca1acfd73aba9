import { onShown } from "./navigation.ts";
import { readRecent } from "./recent.ts";
import { searchBox } from "./search-form.ts";
import { SITE_ROOT } from "./site-root.ts";

/** What the search box offers: recent searches of this browser, titles of the results, and titles that hold what is typed. */

const PAUSE_MS = 150;
const MAX_RECENT = 8;
/** One letter is in too many titles to mean any, and what is long is no beginning of one. */
const MIN_LENGTH = 2;
const MAX_LENGTH = 60;

let titles: readonly string[] = [];

function render(): void {
  const shown = [...document.querySelectorAll(".hit-title")].map((title) => title.textContent.trim());
  const values = new Set([...readRecent().slice(0, MAX_RECENT), ...titles, ...shown]);
  document.querySelector("#suggestions")?.replaceChildren(
    ...[...values].map((value) => {
      const option = document.createElement("option");
      option.value = value;
      return option;
    }),
  );
}

async function findTitles(typed: string, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const response = await fetch(`${SITE_ROOT}api/v1/suggest?${new URLSearchParams({ q: typed })}`, { signal });
    const reply: unknown = await response.json();
    const found = typeof reply === "object" && reply !== null && "titles" in reply ? reply.titles : undefined;
    return Array.isArray(found) ? found.filter((title) => typeof title === "string") : [];
  } catch {
    // Cancelled by the next key, or no answer: suggestions are not worth a word about it.
    return [];
  }
}

export function addSuggestions(): void {
  const box = searchBox();
  if (box === null) return;
  render();
  onShown(render);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let request: AbortController | undefined;
  box.addEventListener("input", (event) => {
    if (event instanceof InputEvent && event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      request?.abort();
      request = new AbortController();
      const { signal } = request;
      const typed = box.value.trim();
      const isTitle = typed.length >= MIN_LENGTH && typed.length <= MAX_LENGTH;
      const found = isTitle ? await findTitles(typed, signal) : [];
      if (signal.aborted) return;
      titles = found;
      render();
    }, PAUSE_MS);
  });
}
