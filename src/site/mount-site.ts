import type { Access } from "../access/access.ts";
import type { App, ServerContext } from "../api/context.ts";
import { addAssets, addIcon, addManifest, type LoadedAssets } from "./assets.ts";
import { addCitations } from "./routes/cite.ts";
import { addDocsPage } from "./routes/docs.ts";
import { addEditionPage } from "./routes/editions.ts";
import { addFacetPages } from "./routes/facets.ts";
import { addFeeds } from "./routes/feeds.ts";
import { addFollowPages } from "./routes/follow.ts";
import { addHubCallbacks } from "./routes/hub-callbacks.ts";
import { addLogin } from "./routes/login.ts";
import { addPages } from "./routes/pages.ts";
import { addSourcesPage } from "./routes/sources.ts";
import { addTrends } from "./routes/trends.ts";
import { addWellKnown } from "./routes/well-known.ts";
import { addWhyPage } from "./routes/why.ts";
import type { TextWork } from "./text-work/text-work.ts";

export interface SiteOptions {
  readonly assets: LoadedAssets;
  readonly textWork: TextWork;
  /** Queries to try; empty: the largest categories serve. */
  readonly examples: readonly string[];
  readonly access: Access;
}

/** Everything that people and their browsers ask for. */
export function mountSite(app: App, context: ServerContext, { assets, textWork, examples, access }: SiteOptions): void {
  addAssets(app, assets);
  addIcon(app);
  addManifest(app);
  addWellKnown(app, context);
  // Where a proxy names the users, nobody logs in here.
  if (access.mode !== "proxy") addLogin(app, context, { assets, access });
  addFeeds(app, context);
  addFollowPages(app, context, assets);
  addCitations(app, context);
  addDocsPage(app, context, assets);
  addFacetPages(app, context, assets);
  addWhyPage(app, context, assets);
  addTrends(app, context, assets);
  addSourcesPage(app, context, assets);
  addHubCallbacks(app, context);
  addEditionPage(app, context, { assets, textWork });
  addPages(app, context, { assets, examples, textWork });
}
