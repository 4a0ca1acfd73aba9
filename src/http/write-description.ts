import fastifySwagger from "@fastify/swagger";
import fastify, { type RouteOptions } from "fastify";

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

/** What a description says of a route. */
export interface DescribedRoute extends Pick<RouteOptions, "method" | "url"> {
  readonly schema?: RouteOptions["schema"] | undefined;
}

/** The OpenAPI document of routes, by a server of its own that has the same ones, serves none of them, and is forgotten. */
export async function writeDescription(server: DescribedServer, routes: readonly DescribedRoute[]): Promise<object> {
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
