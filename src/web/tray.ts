/**
 * What was saved from a list since the page was opened: its tags, files of it, and the way back. Only a page on which something is
 * saved loads it.
 */
import { isSaved, readSaved, type SavedArticle, toTags, writeSaved } from "./collection.ts";
import { download } from "./collection-files.ts";

export interface Tray {
  /** Saves the article of a button or takes it out; with Shift saves all from the one pressed before; a button of the page saves all. */
  press(button: HTMLElement, reachesOn: boolean): void;
}

/** All that match; not those that are merely similar. */
const MATCHING = ".results > .hits:not(.related ~ .hits) button.save";

const listButtons = (selector: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(selector)];

function readButton({ dataset }: HTMLElement): SavedArticle[] {
  const value: unknown = JSON.parse(dataset.article ?? "null");
  return isSaved(value) ? [value] : [];
}

/** @param onChange is called when the collection has changed */
export function createTray(element: HTMLElement, onChange: () => void): Tray {
  const ids = new Set<string>();
  const field = element.querySelector("input");
  /** What the tray put on its articles: typing other tags takes these away, and leaves those that an article had. */
  let given: readonly string[] = [];
  /** The button that was pressed before, from which Shift reaches on. */
  let pressed: HTMLElement | undefined;

  const shown = (): SavedArticle[] => readSaved().filter(({ id }) => ids.has(id));
  const show = (): void => {
    element.hidden = ids.size === 0;
    const told = element.querySelector("strong");
    if (told !== null) told.textContent = (element.dataset.said ?? "").replace("{}", String(ids.size));
    onChange();
  };
  const tag = (): void => {
    const wanted = toTags(field?.value ?? "");
    writeSaved(
      readSaved().map((article) => {
        if (!ids.has(article.id)) return article;
        const own = (article.tags ?? []).filter((one) => !given.includes(one));
        return { ...article, tags: [...new Set([...own, ...wanted])] };
      }),
    );
    given = wanted;
  };
  const save = (buttons: readonly HTMLElement[]): void => {
    const saved = readSaved();
    const known = new Set(saved.map(({ id }) => id));
    const added = buttons.flatMap(readButton).filter(({ id }) => !known.has(id));
    writeSaved([...added, ...saved]);
    for (const { id } of added) ids.add(id);
    tag();
    show();
  };
  const remove = (gone: ReadonlySet<string>): void => {
    writeSaved(readSaved().filter(({ id }) => !gone.has(id)));
    for (const id of [...gone]) ids.delete(id);
    show();
  };

  field?.addEventListener("change", tag);
  element.addEventListener("submit", (event) => event.preventDefault());
  element.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    if (button === null) return;
    const { format } = button.dataset;
    if (format === undefined) remove(ids);
    else {
      tag();
      download(format, shown());
    }
  });
  return {
    press(button, reachesOn) {
      if (button.matches(".save-all")) return save(listButtons(MATCHING));
      const buttons = listButtons("button.save");
      const [from, to] = [pressed === undefined ? -1 : buttons.indexOf(pressed), buttons.indexOf(button)];
      pressed = button;
      if (button.getAttribute("aria-pressed") === "true")
        return remove(new Set(readButton(button).map(({ id }) => id)));
      save(reachesOn && from >= 0 ? buttons.slice(Math.min(from, to), Math.max(from, to) + 1) : [button]);
    },
  };
}
