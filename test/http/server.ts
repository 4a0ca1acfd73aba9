import type { TestContext } from "node:test";
import type { App } from "../../src/api/context.ts";
import { createServer, type ServerOptions } from "../../src/compose/create-server.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createFakeBackend } from "../fakes/backend.ts";

/** A server over a fake backend, closed when the test ends. */
export async function startFakeServer(t: TestContext, options: Partial<ServerOptions> = {}): Promise<App> {
  const app = await createServer({
    backend: createFakeBackend(),
    resources: createResources(),
    version: "0.0.0-test",
    ...options,
  });
  t.after(() => app.close());
  return app;
}
