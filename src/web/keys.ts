import { undo } from "./navigation.ts";
import { searchBox } from "./search-form.ts";
import { isOffering } from "./suggest.ts";

/**
 * The whole search by keyboard: `/` to the box, j and k or the arrows from hit to hit, Enter opens, Escape goes back to the
 * box, `?` shows all of it. Keys with a modifier, and keys typed into a field, are the browser's.
 */
export function addKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = toAction(event.key, document.activeElement);
    if (action?.()) event.preventDefault();
  });
}

/** Returns whether there was anything to do. */
type Action = () => boolean;

function toAction(key: string, active: Element | null): Action | undefined {
  if (document.querySelector("dialog[open]") !== null) return undefined;
  if (active === searchBox()) return key === "ArrowDown" && !isOffering() ? () => moveToHit(1) : undefined;
  if (active?.matches("input:not([type=radio], [type=checkbox]), select, textarea")) return undefined;
  const onHit = active?.closest(".hit") != null;
  switch (key) {
    case "/":
      return focusBox;
    case "j":
      return () => moveToHit(1);
    case "k":
      return () => moveToHit(-1);
    case "ArrowDown":
      return onHit ? () => moveToHit(1) : undefined;
    case "ArrowUp":
      return onHit ? () => moveToHit(-1) : undefined;
    case "Escape":
      return onHit || isInFilters(active) ? focusBox : undefined;
    case "u":
      return undo;
    case "f":
      return openFilters;
    case "?":
      return showHelp;
    default:
      return undefined;
  }
}

/** In the list of what narrows the search; the sheet of a small screen is closed by the browser. */
const isInFilters = (active: Element | null): boolean => active?.closest("#filters:not(:popover-open)") != null;

function focusBox(): boolean {
  const box = searchBox();
  box?.focus();
  box?.select();
  return box !== null;
}

/** To the hit after (1) or before (−1) the one in focus; from elsewhere to the first or the last. */
function moveToHit(step: 1 | -1): boolean {
  const titles = [...document.querySelectorAll<HTMLElement>(".hit-title a")];
  const present = titles.findIndex((title) => title.closest(".hit")?.contains(document.activeElement));
  // Before the first one is the box that it was asked in.
  if (present === 0 && step < 0) return focusBox();
  const next = present < 0 ? (step > 0 ? 0 : titles.length - 1) : present + step;
  const title = titles[next];
  title?.focus();
  title?.closest(".hit")?.scrollIntoView({ block: "nearest" });
  return title !== undefined;
}

/** To what narrows the search: the sheet of a small screen, the list of a large one. */
function openFilters(): boolean {
  const sheet = document.querySelector<HTMLElement>("#filters");
  const button = document.querySelector<HTMLElement>(".open-sheet button");
  if (button?.checkVisibility() === true) button.click();
  else sheet?.querySelector<HTMLElement>(".modes input:checked, .facet a")?.focus();
  return sheet !== null;
}

function showHelp(): boolean {
  const help = document.querySelector<HTMLDialogElement>("#help");
  help?.showModal();
  return help !== null;
}
