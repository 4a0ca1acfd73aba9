import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { App } from "../api/context.ts";
import { isSystemError } from "../errors.ts";
import { languageOfFile } from "./language.ts";
import { STRINGS } from "./strings/languages.ts";

/** What the browser loads beside the page, each under a name that changes with its content. */
export interface Assets {
  /** Where a file of the assets folder is within the site, or undefined where the build has not made it: pages work without. */
  path(name: AssetName): string | undefined;
}

const TYPES = {
  "main.js": "text/javascript; charset=utf-8",
  "saved-page.js": "text/javascript; charset=utf-8",
  "tray.js": "text/javascript; charset=utf-8",
  "style.css": "text/css; charset=utf-8",
  "pages.css": "text/css; charset=utf-8",
} as const;

export type AssetName = keyof typeof TYPES;

const YEAR_S = 31_536_000;

/** A file of the assets folder, as it is sent. */
interface AssetFile {
  readonly path: string;
  readonly type: string;
  readonly cacheControl: string;
  readonly content: string | Buffer;
}

export interface LoadedAssets extends Assets {
  readonly files: readonly AssetFile[];
}

const SERVICE_WORKER = "service-worker.js";

/** Pictures under names that others know: for programs that know no other icon, for home screens, and for links that are handed on. */
const PICTURES = {
  "favicon.ico": "image/vnd.microsoft.icon",
  "icon-180.png": "image/png",
  "card.png": "image/png",
} as const;

/** Reads the folder once. */
export async function loadAssets(folder: string | undefined): Promise<LoadedAssets> {
  const read = async (name: string): Promise<string | undefined> =>
    folder === undefined ? undefined : (await readIfThere(join(folder, name)))?.toString();
  const files: AssetFile[] = [];
  const paths = new Map<AssetName, string>();
  for (const [name, type] of Object.entries(TYPES) as [AssetName, string][]) {
    const content = await read(name);
    if (content === undefined) continue;
    const hash = createHash("sha256").update(content).digest("base64url").slice(0, 12);
    // The script finds the root of the site two folders above itself: src/web/site-root.ts.
    const path = `assets/${hash}/${name}`;
    paths.set(name, path);
    files.push({ path, type, cacheControl: `public, max-age=${YEAR_S}, immutable`, content });
  }
  const content = await read(SERVICE_WORKER);
  if (content !== undefined) {
    // At the root of the site and under one name: its folder is the part of the site that it serves, and browsers compare it byte by byte.
    files.push({ path: SERVICE_WORKER, type: TYPES["main.js"], cacheControl: "no-cache", content });
  }
  for (const [path, type] of Object.entries(PICTURES)) {
    const content = folder === undefined ? undefined : await readIfThere(join(folder, path));
    if (content !== undefined) files.push({ path, type, cacheControl: "public, max-age=86400", content });
  }
  return { files, path: (name) => paths.get(name) };
}

export function addAssets(app: App, { files }: LoadedAssets): void {
  for (const { path, type, cacheControl, content } of files) {
    app.get(`/${path}`, { schema: { hide: true } }, async (_request, reply) => {
      reply.type(type).header("cache-control", cacheControl);
      return content;
    });
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** 闻 in outline: a door with an ear to it. Drawn in attributes, since the policy allows no inline style. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#a5281b"/><g fill="none" stroke="#fbfaf7" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"><path d="M7 11v15M12 7h13v18q0 1.6-2 1.6M7 6l1.5 1.5"/><circle cx="15.5" cy="16" r="4"/><path d="m18.5 19 3 3"/></g></svg>`;

/** What a browser asks for before it installs the page as an app. Addresses in it are relative to its own: the root of the site. */
const MANIFEST = {
  // The same app in whatever language it was installed.
  id: ".",
  start_url: ".",
  display: "minimal-ui",
  background_color: "#fbfaf7",
  theme_color: "#a5281b",
  icons: [
    { src: "icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" },
    { src: "icon-180.png", sizes: "180x180", type: "image/png", purpose: "any" },
  ],
};

export function addManifest(app: App): void {
  app.get("/manifest.webmanifest", { schema: { hide: true } }, async (request, reply) => {
    reply.type("application/manifest+json").header("cache-control", "public, max-age=86400");
    const lang = languageOfFile(request, reply);
    const { name, tagline: description } = STRINGS[lang];
    return JSON.stringify({ name, short_name: name, description, lang, ...MANIFEST });
  });
}

export function addIcon(app: App): void {
  app.get("/icon.svg", { schema: { hide: true } }, async (_request, reply) => {
    reply.type("image/svg+xml").header("cache-control", "public, max-age=86400");
    return ICON;
  });
}
