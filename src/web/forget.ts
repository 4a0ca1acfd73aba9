import { SITE_ROOT } from "./site-root.ts";

/** What this browser keeps begins so: pages for reading offline, and the collection and recent searches. */
const CACHES = "wenxun-";
const STORED = "wenxun.";

/** Whether a name is that of something of this site: others may lie under other paths of the same origin, and end with theirs. */
const isOfThisSite = (name: string): boolean =>
  SITE_ROOT === "/" ? !name.includes(" ") : name.endsWith(` ${SITE_ROOT}`);

/** After logging out, nothing that was read stays in this browser. */
export function addForgetting(): void {
  if (document.querySelector("[data-forget]") === null) return;
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(STORED) && isOfThisSite(key)) localStorage.removeItem(key);
    }
  } catch {
    // Storage is forbidden, so nothing was kept.
  }
  forgetPages().catch(() => {
    // As above.
  });
}

async function forgetPages(): Promise<void> {
  if (!("caches" in globalThis)) return;
  const names = (await caches.keys()).filter((name) => name.startsWith(CACHES) && isOfThisSite(name));
  await Promise.all(names.map((name) => caches.delete(name)));
}
