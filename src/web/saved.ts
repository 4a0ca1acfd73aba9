import { toIdSegment } from "../api/id-segment.ts";
import type { CitedArticle } from "../citations/cited-article.ts";
import { CSV_BYTE_ORDER_MARK, toCsvRow } from "../citations/csv.ts";
import { toRis } from "../citations/ris.ts";
import { onShown } from "./navigation.ts";
import { SITE_ROOT, storageKey } from "./site-root.ts";

/** The reader's collection: kept by this browser alone, shown on /saved, taken along as a file. */

const KEY = storageKey("saved");

interface SavedArticle {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly url: string;
  readonly published: string;
}

const FIELDS = ["id", "title", "source", "url", "published"] as const;

const isSaved = (value: unknown): value is SavedArticle =>
  typeof value === "object" &&
  value !== null &&
  FIELDS.every((field) => typeof (value as Record<string, unknown>)[field] === "string");

function readSaved(): SavedArticle[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(value) ? value.filter(isSaved) : [];
  } catch {
    // Storage is forbidden or holds something else: the collection is empty then.
    return [];
  }
}

function writeSaved(articles: readonly SavedArticle[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(articles));
  } catch {
    // Storage is forbidden or full: the buttons then show that nothing was kept.
  }
}

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
  const saved = readSaved();
  const ids = new Set(saved.map(({ id }) => id));
  for (const button of document.querySelectorAll<HTMLElement>("button.save")) {
    const kept = ids.has(readButton(button)?.id ?? "");
    button.hidden = false;
    button.setAttribute("aria-pressed", String(kept));
    button.textContent = (kept ? button.dataset.saved : button.dataset.unsaved) ?? "";
  }
  const list = document.querySelector<HTMLElement>("#saved");
  if (list === null) return;
  list.replaceChildren(...saved.map((article) => toItem(article, list.dataset.remove ?? "")));
  for (const [id, hidden] of [
    ["saved-none", saved.length > 0],
    ["saved-export", saved.length === 0],
  ] as const) {
    const element = document.getElementById(id);
    if (element !== null) element.hidden = hidden;
  }
}

function toItem(article: SavedArticle, removeLabel: string): HTMLElement {
  const link = document.createElement("a");
  link.href = `${SITE_ROOT}articles/${toIdSegment(article.id)}`;
  link.textContent = article.title === "" ? article.id : article.title;
  const title = document.createElement("h2");
  title.className = "hit-title";
  title.append(link);
  const meta = document.createElement("p");
  meta.className = "meta";
  meta.textContent = [article.published.slice(0, 10), article.source].filter((part) => part !== "").join(" · ");
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "remove";
  remove.dataset.article = JSON.stringify(article);
  remove.textContent = removeLabel;
  const item = document.createElement("li");
  item.className = "hit";
  item.append(title, meta, remove);
  return item;
}

const WRITERS: Readonly<Record<string, (articles: readonly SavedArticle[]) => string>> = {
  jsonl: (articles) => articles.map((article) => `${JSON.stringify(article)}\n`).join(""),
  csv: (articles) =>
    CSV_BYTE_ORDER_MARK +
    [FIELDS, ...articles.map((article) => FIELDS.map((field) => article[field]))].map(toCsvRow).join(""),
  ris: (articles) => articles.map((article) => toRis(toCited(article))).join(""),
};

const orUndefined = (text: string): string | undefined => (text === "" ? undefined : text);

const toCited = ({ id, title, source, url, published }: SavedArticle): CitedArticle => ({
  id,
  title,
  source: orUndefined(source),
  category: undefined,
  url: orUndefined(url),
  day: orUndefined(published.slice(0, 10)),
  language: undefined,
});

function exportAs(format: string): void {
  const text = WRITERS[format]?.(readSaved());
  if (text === undefined) return;
  const url = URL.createObjectURL(new Blob([text]));
  const link = document.createElement("a");
  link.href = url;
  link.download = `wenxun-saved.${format}`;
  link.click();
  URL.revokeObjectURL(url);
}

export function addSaved(): void {
  render();
  onShown(render);
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("button") : null;
    if (button?.matches(".save, .remove")) toggle(button);
    const { format } = button?.dataset ?? {};
    if (format !== undefined) exportAs(format);
  });
}
