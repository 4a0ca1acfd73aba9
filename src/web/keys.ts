import { undo } from "./navigation.ts";
import { searchBox } from "./search-form.ts";

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
  if (active === searchBox()) return key === "ArrowDown" && !hasOpenSuggestions() ? () => moveToHit(1) : undefined;
  if (active?.matches("input, select, textarea")) return undefined;
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
      return onHit ? focusBox : undefined;
    case "u":
      return undo;
    case "?":
      return showHelp;
    default:
      return undefined;
  }
}

/** With suggestions to choose from, the arrow is theirs; the first one it would choose begins with what was typed. */
function hasOpenSuggestions(): boolean {
  const typed = searchBox()?.value.trim().toLowerCase() ?? "";
  const options = document.querySelectorAll<HTMLOptionElement>("#suggestions option");
  return [...options].some(({ value }) => typed === "" || value.toLowerCase().includes(typed));
}

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
  const next = present < 0 ? (step > 0 ? 0 : titles.length - 1) : present + step;
  const title = titles[next];
  title?.focus();
  title?.closest(".hit")?.scrollIntoView({ block: "nearest" });
  return title !== undefined;
}

function showHelp(): boolean {
  const help = document.querySelector<HTMLDialogElement>("#help");
  help?.showModal();
  return help !== null;
}
