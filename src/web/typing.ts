import { lastAnswerMs, show } from "./navigation.ts";
import { isSearchPage, searchBox, searchForm, toFormUrl } from "./search-form.ts";

/** However fast the answers come, keys that follow one another at once are one search. */
const SHORTEST_PAUSE_MS = 15;
/** However slow they come, nobody takes a longer pause for typing. */
const LONGEST_PAUSE_MS = 150;

/** A server that answers at once is asked at nearly every key, a slow one after a pause: a third as long as it takes to answer. */
const toPauseMs = (): number => Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, lastAnswerMs() / 3));

/**
 * Results while typing, after a pause; never inside an unfinished input-method composition. The first change makes a new entry
 * of the history, the following ones replace it, so that Back leads to what was asked before and not to half a word.
 */
export function addTyping(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let typing = false;
  const box = searchBox();
  if (box === null) return;

  const searchSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const form = searchForm();
      if (form === null || !isSearchPage()) return;
      const url = toFormUrl(form);
      if (url === `${location.pathname}${location.search}`) return;
      void show(url, { history: typing ? "replace" : "push" });
      typing = true;
    }, toPauseMs());
  };

  box.addEventListener("input", (event) => {
    if (!(event instanceof InputEvent && event.isComposing)) searchSoon();
  });
  box.addEventListener("compositionend", searchSoon);
  box.addEventListener("keydown", (event) => {
    // Enter that chooses a word in an input method is not Enter that searches (229: Safari, after the composition ended).
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.preventDefault();
  });
  const settle = (): void => {
    clearTimeout(timer);
    typing = false;
  };
  document.addEventListener("submit", settle, { capture: true });
  box.addEventListener("blur", () => {
    typing = false;
  });
}
