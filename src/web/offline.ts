import { SITE_ROOT } from "./site-root.ts";

/** Keeps what was read for times without a network; see service-worker.ts. Only where the browser allows it: https, or this machine. */
export function addOffline(): void {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register(`${SITE_ROOT}service-worker.js`).catch(() => {
    // Private windows and strict settings forbid it; the page is whole without.
  });
}
