import { fetchPage } from "./fetch-page.ts";

/** Why a hit matched, shown under it at a click and put away at the next; without script the link leads to a page. */
export function addWhy(): void {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a.ask-why") : null;
    if (link === null || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void toggle(link);
  });
}

async function toggle(link: HTMLAnchorElement): Promise<void> {
  const place = link.closest(".actions");
  const shown = place?.nextElementSibling;
  if (shown?.matches(".reasons")) {
    shown.remove();
    link.setAttribute("aria-expanded", "false");
    return;
  }
  const page = await fetchPage(link.href);
  const reasons = page?.querySelector("#reasons");
  if (!reasons || place?.nextElementSibling?.matches(".reasons")) return;
  reasons.removeAttribute("id");
  place?.after(reasons);
  link.setAttribute("aria-expanded", "true");
}
