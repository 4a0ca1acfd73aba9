/** The page of the reader's collection: folders, tags and notes, files out and in. Only that page loads it. */
import { toIdSegment } from "../api/id-segment.ts";
import { readSaved, type SavedArticle, toTags, writeSaved } from "./collection.ts";
import { download, readFile } from "./collection-files.ts";
import { toMomentText } from "./moment.ts";
import { SITE_ROOT } from "./site-root.ts";

const list = document.querySelector<HTMLElement>("#saved");
const words = list?.dataset ?? {};
/** The folder that is shown; undefined: all. */
let folder: string | undefined;

const foldersOf = (articles: readonly SavedArticle[]): string[] =>
  [...new Set(articles.flatMap((article) => article.folder || []))].sort();

const shown = (): SavedArticle[] =>
  readSaved().filter((article) => folder === undefined || (article.folder ?? "") === folder);

function element(name: string, className: string, ...children: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  made.append(...children);
  return made;
}

function change(id: string, part: Partial<SavedArticle>): void {
  writeSaved(readSaved().map((article) => (article.id === id ? { ...article, ...part } : article)));
}

/** Puts all that is shown into a folder and adds tags to it; what is left empty changes nothing. */
function sortTogether(form: HTMLFormElement): void {
  const textOf = (name: string): string => new FormData(form).get(name)?.toString().trim() ?? "";
  const [into, added] = [textOf("folder"), toTags(textOf("tags"))];
  const ids = new Set(shown().map(({ id }) => id));
  writeSaved(
    readSaved().map((article) => {
      if (!ids.has(article.id)) return article;
      const tags = [...new Set([...(article.tags ?? []), ...added])];
      return { ...article, ...(into !== "" && { folder: into }), tags };
    }),
  );
  form.reset();
  if (folder !== undefined && into !== "") folder = into;
  render();
}

function toField(label: string, value: string, save: (value: string) => void): HTMLElement {
  const input = document.createElement("input");
  input.value = value;
  input.autocomplete = "off";
  input.addEventListener("change", () => {
    save(input.value.trim());
    renderFolders();
  });
  return element("label", "", element("span", "", label), input);
}

function toItem(article: SavedArticle): HTMLElement {
  const { id, title, source, published, folder: inFolder = "", tags = [], note = "" } = article;
  const link = document.createElement("a");
  link.href = `${SITE_ROOT}articles/${toIdSegment(id)}`;
  link.textContent = title === "" ? id : title;
  const known = [
    toMomentText(published, document.documentElement.lang),
    source,
    inFolder,
    ...tags.map((tag) => `#${tag}`),
  ];
  const remove = element("button", "remove", words.remove ?? "") as HTMLButtonElement;
  remove.type = "button";
  remove.addEventListener("click", () => {
    writeSaved(readSaved().filter((other) => other.id !== id));
    render();
  });
  const fields = element(
    "details",
    "sort-in",
    element("summary", "", words.sortIn ?? ""),
    toField(words.folder ?? "", inFolder, (value) => change(id, { folder: value })),
    toField(words.tags ?? "", tags.join(", "), (value) => change(id, { tags: toTags(value) })),
    toField(words.note ?? "", note, (value) => change(id, { note: value })),
  );
  const item = element(
    "li",
    "hit",
    element("h2", "hit-title", link),
    element("p", "meta", known.filter((part) => part !== "").join(" · ")),
    ...(note === "" ? [] : [element("p", "note", note)]),
    element("div", "actions", remove, fields),
  );
  item.id = `saved-${toIdSegment(id)}`;
  return item;
}

/** The folders to choose from, where there are any. */
function renderFolders(): void {
  const select = document.querySelector<HTMLSelectElement>("#saved-folder select");
  if (select === null) return;
  const folders = foldersOf(readSaved());
  if (folder !== undefined && !folders.includes(folder)) folder = undefined;
  const all = new Option(words.all ?? "", "", folder === undefined, folder === undefined);
  select.replaceChildren(all, ...folders.map((name) => new Option(name, name, name === folder, name === folder)));
  const label = document.querySelector<HTMLElement>("#saved-folder");
  if (label !== null) label.hidden = folders.length === 0;
}

function render(): void {
  renderFolders();
  const all = readSaved();
  list?.replaceChildren(...shown().map(toItem));
  for (const [id, hidden] of [
    ["saved-none", all.length > 0],
    ["saved-export", all.length === 0],
    ["saved-together", all.length < 2],
  ] as const) {
    const part = document.getElementById(id);
    if (part !== null) part.hidden = hidden;
  }
  const into = document.getElementById("saved-import");
  if (into !== null) into.hidden = false;
}

/** What is there already stays as it is, its note too. */
async function importFrom(file: File): Promise<void> {
  const articles = readFile(await file.text());
  const saved = readSaved();
  const known = new Set(saved.map(({ id }) => id));
  const added = articles.filter(({ id }) => !known.has(id));
  writeSaved([...saved, ...added]);
  render();
  const told = document.querySelector<HTMLElement>("#saved-told");
  const message = articles.length === 0 ? words.unreadable : words.imported?.replace("{}", String(added.length));
  if (told !== null) told.textContent = message ?? "";
}

render();
addEventListener("storage", render);
document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest<HTMLElement>("button") : null;
  const { format } = button?.dataset ?? {};
  if (format !== undefined) download(format, shown());
  if (button?.matches(".print") === true) print();
});
document.addEventListener("submit", (event) => {
  const form = event.target instanceof HTMLFormElement ? event.target : null;
  if (form?.closest("#saved-together") == null) return;
  event.preventDefault();
  sortTogether(form);
});
document.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLSelectElement && target.closest("#saved-folder") !== null) {
    folder = target.value === "" ? undefined : target.value;
    render();
  }
  if (target instanceof HTMLInputElement && target.type === "file") {
    const [file] = target.files ?? [];
    if (file !== undefined) void importFrom(file);
    target.value = "";
  }
});
