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
      if (present && next) Idiomorph.morph(present, next.innerHTML, { morphStyle: "innerHTML" });
    }
    setTimeout(update, EVERY_MS);
  };
  setTimeout(update, EVERY_MS);
}
