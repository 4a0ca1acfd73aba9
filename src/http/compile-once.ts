/**
 * Compiles each schema once, when it is used first, however many routes and servers of this process share it: the routes of the two
 * addresses of the API, and the errors of every route, have the same ones.
 */
import { hash } from "node:crypto";
import AjvCompiler from "@fastify/ajv-compiler";
import SerializerSelector from "@fastify/fast-json-stringify-compiler";

/** The framework's own compilers, which keep what they have made. */
export const COMPILERS = {
  buildValidator: keepCompiled(AjvCompiler()),
  buildSerializer: keepCompiled(SerializerSelector()),
} as const;

/** What checks and what writes both take a value; what checks leaves behind what is wrong with it. */
type Use = ((value: unknown) => unknown) & { errors?: unknown };

/**
 * @param build makes a compiler for an app's named schemas and options; what it compiles may depend on these and on the route's
 *   schema, and on nothing else
 */
function keepCompiled<Context extends unknown[], Route, Compiled>(
  build: (...context: Context) => (route: Route) => Compiled,
): (...context: Context) => (route: Route) => Compiled {
  const kept = new Map<string, Compiled>();
  return (...context) => {
    let compile: ((route: Route) => Compiled) | undefined;
    const contextKey = JSON.stringify(context);
    return (route) => {
      const key = hash("sha256", `${contextKey} ${JSON.stringify(schemaOf(route))}`, "base64");
      const known = kept.get(key);
      if (known !== undefined) return known;
      const made = compileWhenUsed(() => {
        compile ??= build(...context);
        return compile(route) as Use;
      }) as Compiled;
      kept.set(key, made);
      return made;
    };
  };
}

/** Most routes are not asked for soon after a start, and what is compiled of all takes a sixth of the start. */
function compileWhenUsed(compile: () => Use): Use {
  let compiled: Use | undefined;
  const use: Use = (value) => {
    compiled ??= compile();
    const result = compiled(value);
    use.errors = compiled.errors;
    return result;
  };
  return use;
}

/** The framework hands over a schema with the route that it is of. */
function schemaOf(route: unknown): unknown {
  return (route as { readonly schema?: unknown }).schema;
}
