import { onShown } from "./navigation.ts";
import { readRecent } from "./recent.ts";
import { searchBox, searchForm } from "./search-form.ts";
import { SITE_ROOT } from "./site-root.ts";

/**
 * What the search box offers: recent searches of this browser while it is empty, titles that hold what is typed. A combobox
 * after the pattern of the WAI-ARIA practices: arrows walk the list, Enter takes the one that is marked, Escape puts it away.
 */

const PAUSE_MS = 150;
const MAX_SHOWN = 7;
/** One letter is in too many titles to mean any, and what is long is no beginning of one. */
const MIN_LENGTH = 2;
const MAX_LENGTH = 60;

/** The marked one of the offers; −1 is the box itself. */
let marked = -1;

const list = (): HTMLElement | null => document.querySelector("#suggestions");
const options = (): HTMLElement[] => [...(list()?.querySelectorAll<HTMLElement>("[role=option]") ?? [])];

export const isOffering = (): boolean => list()?.hidden === false;

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

function offer(box: HTMLInputElement, values: readonly string[]): void {
  const offered = [...new Set(values)].filter((value) => value !== box.value.trim()).slice(0, MAX_SHOWN);
  list()?.replaceChildren(
    ...offered.map((value, index) => {
      const option = document.createElement("li");
      option.id = `suggestion-${index}`;
      option.setAttribute("role", "option");
      option.textContent = value;
      return option;
    }),
  );
  setOpen(box, offered.length > 0 && document.activeElement === box);
}

function setOpen(box: HTMLInputElement, open: boolean): void {
  const shown = list();
  if (shown !== null) shown.hidden = !open;
  box.setAttribute("aria-expanded", String(open));
  mark(box, -1);
}

function mark(box: HTMLInputElement, index: number): void {
  marked = index;
  options().forEach((option, at) => {
    option.setAttribute("aria-selected", String(at === index));
  });
  const option = options()[index];
  if (option === undefined) box.removeAttribute("aria-activedescendant");
  else {
    box.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }
}

function take(box: HTMLInputElement, option: HTMLElement): void {
  box.value = option.textContent ?? "";
  setOpen(box, false);
  searchForm()?.requestSubmit();
}

function toKey(box: HTMLInputElement, key: string): boolean {
  if (key === "Escape") {
    // The browser would empty the box, and with it take away what was found.
    setOpen(box, false);
    return true;
  }
  if (!isOffering()) return false;
  const count = options().length;
  if (key === "ArrowDown") mark(box, marked + 1 >= count ? -1 : marked + 1);
  else if (key === "ArrowUp") mark(box, marked < 0 ? count - 1 : marked - 1);
  else if (key === "Enter") {
    const option = options()[marked];
    if (option === undefined) {
      setOpen(box, false);
      return false;
    }
    take(box, option);
  } else return false;
  return true;
}

export function addSuggestions(): void {
  const box = searchBox();
  if (box === null) return;
  const setRoles = (): void => {
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", "suggestions");
    box.setAttribute("aria-expanded", String(isOffering()));
  };
  setRoles();
  onShown(setRoles);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let request: AbortController | undefined;
  const offerSoon = (event: Event): void => {
    if (event instanceof InputEvent && event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      request?.abort();
      request = new AbortController();
      const { signal } = request;
      const typed = box.value.trim();
      const isTitle = typed.length >= MIN_LENGTH && typed.length <= MAX_LENGTH;
      const found = isTitle ? await findTitles(typed, signal) : [];
      if (!signal.aborted) offer(box, typed === "" ? readRecent() : found);
    }, PAUSE_MS);
  };
  const putAway = (): void => {
    clearTimeout(timer);
    request?.abort();
    setOpen(box, false);
  };
  box.addEventListener("input", offerSoon);
  box.addEventListener("compositionend", offerSoon);
  box.addEventListener("click", () => {
    if (box.value === "") offer(box, readRecent());
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (toKey(box, event.key)) event.preventDefault();
  });
  box.addEventListener("blur", putAway);
  document.addEventListener("submit", putAway);
  // Pressing must not take the focus from the box before the click comes.
  list()?.addEventListener("pointerdown", (event) => event.preventDefault());
  list()?.addEventListener("click", ({ target }) => {
    const option = target instanceof Element ? target.closest<HTMLElement>("[role=option]") : null;
    if (option !== null) take(box, option);
  });
}
