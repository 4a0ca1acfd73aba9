import { canUndo, onShown, undo } from "./navigation.ts";

/** Going back to the range and the filters before, at a press; the key is with the other keys. */
export function addUndo(): void {
  const render = (): void => {
    for (const button of document.querySelectorAll<HTMLElement>("button.undo")) button.hidden = !canUndo();
  };
  render();
  onShown(render);
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("button.undo") !== null) undo();
  });
}
