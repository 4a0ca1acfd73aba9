import { isSaved, readSaved, type SavedArticle, writeSaved } from "./collection.ts";
import { onShown } from "./navigation.ts";
import { SITE_ROOT } from "./site-root.ts";

/** Buttons that put an article into the reader's collection and take it out again. */

const readButton = (button: HTMLElement): SavedArticle | undefined => {
  const value: unknown = JSON.parse(button.dataset.article ?? "null");
  return isSaved(value) ? value : undefined;
};

function toggle(button: HTMLElement): void {
  const article = readButton(button);
  if (article === undefined) return;
  const saved = readSaved();
  const others = saved.filter(({ id }) => id !== article.id);
  writeSaved(others.length < saved.length ? others : [article, ...saved]);
  render();
}

function render(): void {
  const ids = new Set(readSaved().map(({ id }) => id));
  for (const button of document.querySelectorAll<HTMLElement>("button.save")) {
    const kept = ids.has(readButton(button)?.id ?? "");
    button.hidden = false;
    button.setAttribute("aria-pressed", String(kept));
    button.textContent = (kept ? button.dataset.saved : button.dataset.unsaved) ?? "";
    showWay(button, kept);
  }
}

/** The way to the collection, beside what is in it. */
function showWay(button: HTMLElement, kept: boolean): void {
  const next = button.nextElementSibling;
  const way = next?.matches(".to-saved") === true ? next : undefined;
  if (!kept) way?.remove();
  if (!kept || way !== undefined) return;
  const link = document.createElement("a");
  link.className = "to-saved";
  link.href = `${SITE_ROOT}saved`;
  link.textContent = `${button.dataset.collection ?? ""} →`;
  button.after(link);
}

export function addSaved(): void {
  render();
  onShown(render);
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>("button.save") : null;
    if (button !== null) toggle(button);
  });
}
