import { Idiomorph } from "idiomorph";
import { fetchPage } from "./fetch-page.ts";

/** Keeps the machine room up to date while somebody looks at it; a page that is not seen asks for nothing. */

const EVERY_MS = 2000;

export function addLiveStatus(): void {
  if (!document.body.matches(".status-page")) return;
  const update = async (): Promise<void> => {
    if (document.visibilityState === "visible") {
      const present = document.querySelector("main");
      const next = (await fetchPage(location.href))?.querySelector(".status-page main");
      for (const { id } of present?.querySelectorAll("details[id][open]") ?? []) {
        next?.querySelector(`#${id}`)?.setAttribute("open", "");
      }
      if (present && next) renew(present, next);
    }
    setTimeout(update, EVERY_MS);
  };
  setTimeout(update, EVERY_MS);
}

/** Parts that say what they said stay untouched: what an archive covers is long, and seldom new. */
function renew(present: Element, next: Element): void {
  const parts = [...present.children];
  if (parts.length !== next.children.length) {
    Idiomorph.morph(present, next.innerHTML, { morphStyle: "innerHTML" });
    return;
  }
  parts.forEach((part, index) => {
    const other = next.children[index];
    if (other !== undefined && !part.isEqualNode(other)) Idiomorph.morph(part, other, { morphStyle: "outerHTML" });
  });
}
