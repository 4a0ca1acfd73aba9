import type { RouteOptions } from "fastify";
import type { App } from "./app.ts";

export interface DescribedServer {
  readonly title: string;
  readonly description: string;
  /** Version of the product. */
  readonly version: string;
  /** Routes may name `token` as what secures them. Default false. */
  readonly takesToken?: boolean | undefined;
  /** Address of the server, without a slash at the end. Default: where the description is read. */
  readonly publicUrl?: string | undefined;
}

declare module "fastify" {
  interface FastifyInstance {
    /** The OpenAPI document of all routes, made with the first call. To be called once the server is ready. */
    describe(): Promise<object>;
  }
}

/**
 * Describes the routes that are added from now on, at /openapi.json. What makes the description is loaded once somebody asks for it:
 * it takes 7 MB of memory.
 */
export function describeRoutes(app: App, server: DescribedServer): void {
  const routes: RouteOptions[] = [];
  // Their schemas are read later: hooks that come after this one may still change them.
  app.addHook("onRoute", (route) => {
    if (route.method !== "HEAD") routes.push(route);
  });
  let described: Promise<object> | undefined;
  app.decorate("describe", () => {
    described ??= writeDescription(server, routes);
    return described;
  });
  // One copy outside of the heap: hundreds who ask and do not read would each hold one in it.
  let written: Buffer | undefined;
  app.get("/openapi.json", { schema: { hide: true } }, async (_request, reply) => {
    written ??= Buffer.from(JSON.stringify(await app.describe()));
    return reply.type("application/json; charset=utf-8").send(written);
  });
}

/** Described by a server of its own that has the same routes, serves none of them, and is forgotten. */
async function writeDescription(server: DescribedServer, routes: readonly RouteOptions[]): Promise<object> {
  const [{ default: fastify }, { default: fastifySwagger }] = await Promise.all([
    import("fastify"),
    import("@fastify/swagger"),
  ]);
  const { title, description, version, takesToken, publicUrl } = server;
  const app = fastify({ exposeHeadRoutes: false });
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => () => "");
  await app.register(fastifySwagger, {
    transformObject: (given) =>
      "openapiObject" in given ? withoutNeedOfDefaults(given.openapiObject) : given.swaggerObject,
    openapi: {
      openapi: "3.1.0",
      info: { title, version, description, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
      ...(publicUrl !== undefined && { servers: [{ url: publicUrl }] }),
      ...(takesToken === true && {
        components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
      }),
    },
  });
  for (const { method, url, schema } of routes)
    app.route({ method, url, ...(schema && { schema }), handler: () => {} });
  await app.ready();
  return app.swagger();
}

interface DescribedParameter {
  required?: boolean;
  readonly schema?: { readonly default?: unknown };
}

/** What has a default need not be given: the validator fills it in before it is looked for, which a description cannot say. */
function withoutNeedOfDefaults<T extends { readonly paths?: object }>(description: T): T {
  for (const path of Object.values(description.paths ?? {})) {
    for (const { parameters = [] } of Object.values(path) as { readonly parameters?: DescribedParameter[] }[]) {
      for (const parameter of parameters) if (parameter.schema?.default !== undefined) parameter.required = false;
    }
  }
  return description;
}
