import type { RouteOptions } from "fastify";
import type { Answer } from "../threads/answer.ts";
import { SideThread } from "../threads/side-thread.ts";
import { startThread, workerFile } from "../threads/start-thread.ts";
import type { App } from "./app.ts";
import type { DescribedRoute, DescribedServer } from "./write-description.ts";

declare module "fastify" {
  interface FastifyInstance {
    /** The OpenAPI document of all routes, written with the first call. To be called once the server is ready. */
    describe(): Promise<object>;
  }
}

/** What the thread is asked, which it gets as JSON: schemas hold more than can be posted. */
export interface DescriptionTask {
  readonly server: DescribedServer;
  readonly routes: readonly DescribedRoute[];
}

/** Requests that may wait for the description while it is written: the first alone asks the thread. */
const MAX_WAITING = 1;
/** The thread has nothing else to do. */
const IDLE_MS = 0;
const HEAP_MB = { old: 48, young: 2 };

/**
 * Describes the routes that are added from now on, at /openapi.json. It is written once somebody asks for it, in a thread that ends with
 * it: what does so takes a tenth of a second, and memory.
 */
export function describeRoutes(app: App, server: DescribedServer): void {
  const routes: RouteOptions[] = [];
  // Their schemas are read later: hooks that come after this one may still change them.
  app.addHook("onRoute", (route) => {
    if (route.method !== "HEAD") routes.push(route);
  });
  const side = new SideThread<string>({ start: startWriter, maxWaiting: MAX_WAITING, idleMs: IDLE_MS });
  app.addHook("onClose", () => side[Symbol.asyncDispose]());
  // One copy outside of the heap: hundreds who ask and do not read would each hold one in it.
  let written: Promise<Buffer> | undefined;
  const write = async (): Promise<Buffer> => {
    const { title, description, version, takesToken, publicUrl } = server;
    const task: DescriptionTask = {
      server: { title, description, version, takesToken, publicUrl },
      routes: routes.map(({ method, url, schema }) => ({ method, url, schema })),
    };
    const { buffer } = await side.run<Uint8Array>(JSON.stringify(task));
    return Buffer.from(buffer);
  };
  const writeOnce = async (): Promise<Buffer> => {
    written ??= write();
    try {
      return await written;
    } catch (error) {
      // The next who asks has it tried again.
      written = undefined;
      throw error;
    }
  };
  app.decorate("describe", async () => JSON.parse((await writeOnce()).toString()));
  app.get("/openapi.json", { schema: { hide: true } }, async (_request, reply) =>
    reply.type("application/json; charset=utf-8").send(await writeOnce()),
  );
}

const startWriter: ConstructorParameters<typeof SideThread<string>>[0]["start"] = (events) =>
  startThread<Answer<unknown>, string>(
    { file: workerFile(import.meta.url, "description-worker"), workerData: undefined, heapMb: HEAP_MB },
    events,
  );
