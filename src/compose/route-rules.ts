import type { RouteRule } from "../access/gate.ts";
import { API_PREFIX, UNVERSIONED_PREFIX } from "../api/mount-api.ts";

const SEARCH: RouteRule = { needs: ["search"] };
const READ: RouteRule = { needs: ["read"] };
const ALERTS: RouteRule = { needs: ["alerts"] };
const STATUS: RouteRule = { needs: ["status"] };
const FEED: RouteRule = { needs: ["search"], takesPassword: true };
const EXPORT: RouteRule = { needs: ["search", "read"] };
/** Holds nothing of the archive, and is for whoever is let in at all. */
const IDENTITY: RouteRule = { needs: "identity" };
/** Holds nothing of the archive, and is asked for before anybody can have logged in. */
const NOTHING: RouteRule = { needs: "nothing" };

/** What each route of the search server asks for, by its method and pattern; what is true of GET is true of HEAD. */
const RULES: Readonly<Record<string, RouteRule>> = {
  "GET /": SEARCH,
  "GET /api/search": SEARCH,
  "GET /api/suggest": SEARCH,
  "GET /api/counts": SEARCH,
  "GET /api/counts.csv": SEARCH,
  "GET /facets/:field": SEARCH,
  "GET /trends": SEARCH,
  "GET /trends.svg": SEARCH,
  "GET /feed.atom": FEED,
  "GET /feed.rss": FEED,
  "GET /feed.json": FEED,
  "GET /articles/:id": READ,
  "GET /articles/:id/cite/:format": READ,
  "GET /articles/:id/differences/:other": READ,
  "GET /articles/:id/why": READ,
  "GET /api/articles/:id": READ,
  "GET /api/articles/:id/similar": READ,
  "GET /api/articles/:id/editions": READ,
  "GET /api/articles/:id/editions/:number": READ,
  "GET /articles/:id/editions/:number": READ,
  "GET /export.csv": EXPORT,
  "GET /export.jsonl": EXPORT,
  "GET /export.ris": EXPORT,
  "GET /export.bib": EXPORT,
  // What reads whole articles is there for tokens with the scope `read` alone.
  "POST /mcp": { needs: ["search"], onlyReads: true },
  "POST /api/articles": { needs: ["ingest"] },
  "DELETE /api/articles/:id": { needs: ["delete"] },
  "GET /api/sources": { needs: ["ingest"] },
  "POST /api/sources": { needs: ["admin"] },
  "PATCH /api/sources/:source": { needs: ["admin"] },
  "DELETE /api/sources/:source": { needs: ["admin"] },
  "POST /api/sources/:source/check": { needs: ["ingest"] },
  "GET /sources": { needs: ["ingest"] },
  "POST /sources": { needs: ["admin"] },
  "POST /sources/:source/pause": { needs: ["admin"] },
  "POST /sources/:source/resume": { needs: ["admin"] },
  "POST /sources/:source/remove": { needs: ["admin"] },
  "POST /sources/:source/check": { needs: ["ingest"] },
  "GET /api/alerts": ALERTS,
  "POST /api/alerts": ALERTS,
  "POST /api/alerts/preview": ALERTS,
  "GET /api/alerts/:alert": ALERTS,
  "PATCH /api/alerts/:alert": ALERTS,
  "DELETE /api/alerts/:alert": ALERTS,
  "POST /api/alerts/:alert/replay": ALERTS,
  "GET /follow": ALERTS,
  "POST /follow": ALERTS,
  // The key in the address says which, and nobody guesses it.
  "GET /unsubscribe/:key": NOTHING,
  "POST /unsubscribe/:key": NOTHING,
  "GET /websub/:key": NOTHING,
  "POST /websub/:key": NOTHING,
  "GET /status": STATUS,
  "GET /api/status": STATUS,
  "GET /metrics": STATUS,
  "GET /saved": IDENTITY,
  "GET /docs": IDENTITY,
  "GET /openapi.json": IDENTITY,
  "GET /livez": NOTHING,
  "GET /readyz": NOTHING,
  "GET /login": NOTHING,
  "POST /login": NOTHING,
  "GET /logout": NOTHING,
  "POST /logout": NOTHING,
  "GET /opensearch.xml": NOTHING,
  "GET /manifest.webmanifest": NOTHING,
  "GET /icon.svg": NOTHING,
  "GET /service-worker.js": NOTHING,
  "GET /favicon.ico": NOTHING,
  "GET /icon-180.png": NOTHING,
  "GET /card.png": NOTHING,
  "GET /robots.txt": NOTHING,
  "GET /.well-known/security.txt": NOTHING,
};

/** Pages that a program brings: they may show whatever is in the archive. */
export const OWN_PAGE: RouteRule = EXPORT;

/** Script and style, under names that their content gives. */
const ASSET = /^\/assets\/[\w-]+\/[\w.-]+$/;

/** @throws Error for a route without a rule, when the server is made: a new route says here whom it is for. */
export function ruleOfRoute(method: string, url: string): RouteRule {
  const path = url.startsWith(API_PREFIX) ? url.replace(API_PREFIX, UNVERSIONED_PREFIX) : url;
  const key = `${method === "HEAD" ? "GET" : method} ${path}`;
  const rule = ASSET.test(path) ? NOTHING : RULES[key];
  if (rule === undefined) throw new Error(`${key} has no rule in route-rules.ts that says who may ask for it`);
  return rule;
}
