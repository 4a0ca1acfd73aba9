import { onShown } from "./navigation.ts";

/** Hands the address of the page on: by the device's own sheet where there is one, else into the clipboard. */
export function addShare(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("button.share") : null;
    if (button !== null) void share(button);
    const copy = event.target instanceof Element ? event.target.closest<HTMLElement>("button.copy") : null;
    if (copy !== null) void copyText(copy, copy.previousElementSibling?.textContent ?? "");
  });
  showButtons();
  onShown(showButtons);
}

/** Without script, or away from https, there is nothing to press. */
function showButtons(): void {
  const isAble = canShare() || isSecureContext;
  for (const button of document.querySelectorAll<HTMLElement>("button.share")) button.hidden = !isAble;
  for (const button of document.querySelectorAll<HTMLElement>("button.copy")) button.hidden = !isSecureContext;
}

/** The text beside a button, into the clipboard. */
async function copyText(button: HTMLElement, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = button.dataset.copied ?? "";
  } catch {
    // The reader forbade the clipboard; the text can be marked by hand.
  }
}

const canShare = (): boolean => typeof navigator.share === "function";

async function share(button: HTMLElement): Promise<void> {
  const { href: url } = location;
  try {
    if (canShare()) await navigator.share({ title: document.title, url });
    else {
      await navigator.clipboard.writeText(url);
      button.textContent = button.dataset.copied ?? "";
    }
  } catch {
    // The reader closed the sheet, or forbade the clipboard.
  }
}
