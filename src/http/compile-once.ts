/**
 * Compiles each schema once, however many routes and servers of this process share it: the routes of the two addresses of the API,
 * and the errors of every route, have the same ones.
 */
import AjvCompiler from "@fastify/ajv-compiler";
import SerializerSelector from "@fastify/fast-json-stringify-compiler";

/** The framework's own compilers, which keep what they have made. */
export const COMPILERS = {
  buildValidator: keepCompiled(AjvCompiler()),
  buildSerializer: keepCompiled(SerializerSelector()),
} as const;

/**
 * @param build makes a compiler for an app's named schemas and options; what it compiles may depend on these and on the route's
 *   schema, and on nothing else
 */
function keepCompiled<Context extends unknown[], Route, Compiled>(
  build: (...context: Context) => (route: Route) => Compiled,
): (...context: Context) => (route: Route) => Compiled {
  const compiled = new Map<string, Compiled>();
  return (...context) => {
    const compile = build(...context);
    const contextKey = JSON.stringify(context);
    return (route) => {
      const key = `${contextKey} ${JSON.stringify(schemaOf(route))}`;
      const kept = compiled.get(key);
      if (kept !== undefined) return kept;
      const made = compile(route);
      compiled.set(key, made);
      return made;
    };
  };
}

/** The framework hands over a schema with the route that it is of. */
function schemaOf(route: unknown): unknown {
  return (route as { readonly schema?: unknown }).schema;
}
