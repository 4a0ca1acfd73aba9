import { isSaved, readSaved, type SavedArticle, writeSaved } from "./collection.ts";
import { onShown } from "./navigation.ts";
import { SITE_ROOT } from "./site-root.ts";
import type { Tray } from "./tray.ts";

/** Buttons that put an article into the reader's collection and take it out again. Lists have a tray besides, which saves several. */

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

let tray: Promise<Tray | undefined> | undefined;

/** Where the page has one; without a network single articles are saved all the same. */
async function loadTray(): Promise<Tray | undefined> {
  const element = document.querySelector<HTMLElement>("#tray");
  if (element === null) return undefined;
  try {
    const { createTray } = (await import(element.dataset.script ?? "")) as typeof import("./tray.ts");
    return createTray(element, render);
  } catch {
    return undefined;
  }
}

async function press(button: HTMLElement, reachesOn: boolean): Promise<void> {
  tray ??= loadTray();
  const opened = await tray;
  if (opened !== undefined) opened.press(button, reachesOn);
  else if (button.matches(".save")) toggle(button);
}

function render(): void {
  const ids = new Set(readSaved().map(({ id }) => id));
  for (const button of document.querySelectorAll<HTMLElement>("button.save, button.save-all")) {
    button.hidden = false;
    const id = readButton(button)?.id;
    if (id !== undefined) show(button, ids.has(id));
  }
}

function show(button: HTMLElement, kept: boolean): void {
  button.setAttribute("aria-pressed", String(kept));
  button.textContent = (kept ? button.dataset.saved : button.dataset.unsaved) ?? "";
  showWay(button, kept);
}

/** The way to the collection, beside what is in it; a list has it in its tray. */
function showWay(button: HTMLElement, kept: boolean): void {
  if (document.querySelector("#tray") !== null) return;
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
  document.addEventListener("click", ({ target, shiftKey }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>("button.save, button.save-all") : null;
    if (button !== null) void press(button, shiftKey);
  });
}
