/**
 * What was read last stays readable without a network: pages come from the server whenever it answers, and from the last time
 * they were shown when it does not. Nothing is fetched ahead, nothing leaves the device.
 */

/** The few things of a service worker's scope that are used here; the browser's own types are those of a page. */
interface WorkerScope {
  readonly caches: CacheStorage;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
}

interface ExtendableEvent {
  waitUntil(promise: Promise<unknown>): void;
}

interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const worker = globalThis as unknown as WorkerScope;

/** The path of the site: this script lies in it. */
const SITE_ROOT = new URL("./", location.href).pathname;

/** Sites under other paths of the same origin keep their pages apart. */
const CACHE = SITE_ROOT === "/" ? "wenxun-pages-1" : `wenxun-pages-1 ${SITE_ROOT}`;

/** Pages and files kept; the oldest go first. */
const MAX_KEPT = 60;

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || !url.pathname.startsWith(SITE_ROOT)) return;
  const path = url.pathname.slice(SITE_ROOT.length);
  const isFile = path.startsWith("assets/") || path === "icon.svg";
  const isPage = path === "" || /^articles\/[^/]+$/.test(path);
  if (isFile || isPage) event.respondWith(answer(request, event));
});

async function answer(request: Request, event: ExtendableEvent): Promise<Response> {
  try {
    const response = await fetch(request);
    if (response.ok) event.waitUntil(keep(request.url, response.clone()));
    return response;
  } catch (error) {
    const cache = await worker.caches.open(CACHE);
    // By address alone: a page asked for by script is the page that the address bar shows.
    const kept = await cache.match(request.url, { ignoreVary: true });
    if (kept !== undefined) return kept;
    throw error;
  }
}

async function keep(url: string, response: Response): Promise<void> {
  const cache = await worker.caches.open(CACHE);
  await cache.delete(url, { ignoreVary: true });
  // Of an archive that is not for everybody nothing is kept: it would outlive logging out.
  if (response.headers.get("cache-control")?.includes("no-store") === true) return;
  await cache.put(url, response);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MAX_KEPT)).map((key) => cache.delete(key)));
}
