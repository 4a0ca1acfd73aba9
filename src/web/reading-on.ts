/** `n` and `p` in an article that was opened from results: the next and the previous one. */
export function addReadingOn(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.activeElement?.matches("input, select, textarea") || document.querySelector("dialog[open]") !== null)
      return;
    const rel = event.key === "n" ? "next" : event.key === "p" ? "prev" : undefined;
    if (rel === undefined) return;
    document.querySelector<HTMLElement>(`nav.back [rel="${rel}"]`)?.click();
  });
}
