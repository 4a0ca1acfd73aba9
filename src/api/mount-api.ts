import type { App, ServerContext } from "./context.ts";
import { addAlertRoutes } from "./routes/alerts.ts";
import { addArticleRoutes } from "./routes/articles.ts";
import { addCountRoutes } from "./routes/counts.ts";
import { addEditionRoutes } from "./routes/editions.ts";
import { addExports } from "./routes/export.ts";
import { addHealthRoutes } from "./routes/health.ts";
import { addMetrics } from "./routes/metrics.ts";
import { addPutRoute } from "./routes/put-articles.ts";
import { addRemoveRoute } from "./routes/remove-article.ts";
import { addSearchRoute } from "./routes/search.ts";
import { addSourceRoutes } from "./routes/sources.ts";
import { addStatusRoute } from "./routes/status.ts";
import { addSuggestRoute } from "./routes/suggest.ts";
import { WriteQueue } from "./write-queue.ts";

/** The version of the API that is spoken. A change that would break a program gets a new one, beside this. */
export const API_PREFIX = "/api/v1";

/** Where programs written before there were versions look for the same; it answers the same. */
export const UNVERSIONED_PREFIX = "/api";

/** Whether a path of the description is the twin of one with a version. */
export const isUnversioned = (path: string): boolean =>
  path.startsWith(`${UNVERSIONED_PREFIX}/`) && !path.startsWith(`${API_PREFIX}/`);

/** Everything that programs ask for. */
export function mountApi(app: App, context: ServerContext): void {
  const writes = new WriteQueue();
  const addRoutes = (api: App): void => {
    addSearchRoute(api, context);
    addSuggestRoute(api, context);
    addCountRoutes(api, context);
    addArticleRoutes(api, context);
    addEditionRoutes(api, context);
    addPutRoute(api, context, writes);
    addRemoveRoute(api, context, writes);
    addStatusRoute(api, context);
    addSourceRoutes(api, context);
    addAlertRoutes(api, context);
  };
  app.register(async (api: App) => addRoutes(api), { prefix: API_PREFIX });
  app.register(
    async (api: App) => {
      tellUnversioned(api);
      addRoutes(api);
    },
    { prefix: UNVERSIONED_PREFIX },
  );
  addHealthRoutes(app, context);
  addExports(app, context);
  addMetrics(app, context);
}

/** Names each operation apart from its twin under the version. */
function tellUnversioned(api: App): void {
  api.addHook("onRoute", (route) => {
    const { operationId, ...schema } = route.schema ?? {};
    if (operationId === undefined) return;
    const twin = route.url.replace(UNVERSIONED_PREFIX, API_PREFIX);
    const description = `The same as ${route.method} ${twin}, for programs written before there were versions.`;
    route.schema = { ...schema, operationId: `${operationId}Unversioned`, description };
  });
}
