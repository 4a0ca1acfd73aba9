/** What a server's description says, read from the server. */
import type { App } from "../../src/http/app.ts";

interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly example?: unknown }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

export interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export const describe = async (app: App): Promise<Description> => (await app.inject("/openapi.json")).json();

export const operationsOf = ({ paths }: Description) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );

/** Operations of the search server, by method and path: names that programs made from its description rely on. */
export const OPERATIONS: Readonly<Record<string, string>> = {
  "GET /api/v1/search": "search",
  "GET /api/v1/suggest": "suggest",
  "GET /api/v1/counts": "countArticles",
  "GET /api/v1/counts.csv": "countArticlesCsv",
  "GET /api/v1/articles/{id}": "getArticle",
  "GET /api/v1/articles/{id}/similar": "findSimilarArticles",
  "GET /api/v1/articles/{id}/editions": "listEditions",
  "GET /api/v1/articles/{id}/editions/{number}": "getEdition",
  "POST /api/v1/articles": "putArticles",
  "DELETE /api/v1/articles/{id}": "removeArticle",
  "GET /api/v1/status": "getStatus",
  "GET /api/v1/sources": "listSources",
  "POST /api/v1/sources": "addSource",
  "PATCH /api/v1/sources/{source}": "changeSource",
  "DELETE /api/v1/sources/{source}": "removeSource",
  "POST /api/v1/sources/{source}/check": "checkSource",
  "GET /api/v1/alerts": "listAlerts",
  "POST /api/v1/alerts": "addAlert",
  "POST /api/v1/alerts/preview": "previewAlert",
  "GET /api/v1/alerts/{alert}": "getAlert",
  "PATCH /api/v1/alerts/{alert}": "changeAlert",
  "DELETE /api/v1/alerts/{alert}": "removeAlert",
  "POST /api/v1/alerts/{alert}/replay": "replayAlert",
  "GET /articles/{id}/cite/{format}": "citeArticle",
  "GET /export.csv": "exportCsv",
  "GET /export.jsonl": "exportJsonLines",
  "GET /export.ris": "exportRis",
  "GET /export.bib": "exportBibtex",
  "GET /feed.atom": "followAtom",
  "GET /feed.rss": "followRss",
  "GET /feed.json": "followJsonFeed",
  "GET /livez": "checkAlive",
  "GET /readyz": "checkReady",
};
