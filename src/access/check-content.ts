import AjvCompiler from "@fastify/ajv-compiler";
import type { Static, TSchema } from "typebox";

export interface ContentCheck<Content> {
  readonly isRight: (content: unknown) => content is Content;
  /** What is wrong first, such as `/tokens/0/name must be string`. */
  readonly findFault: (content: unknown) => string | undefined;
}

/** Nothing is converted, filled in or dropped. */
const AS_IT_IS = { coerceTypes: false, useDefaults: false, removeAdditional: false } as const;

/** Checks what a file holds, by the validator of requests; compiled once a file is there. */
export function createContentCheck<Schema extends TSchema>(schema: Schema): ContentCheck<Static<Schema>> {
  type Validate = ReturnType<ReturnType<ReturnType<typeof AjvCompiler>>>;
  let compiled: Validate | undefined;
  const findFault = (content: unknown): string | undefined => {
    // As the framework hands over the schema of a route.
    compiled ??= AjvCompiler()({}, { customOptions: AS_IT_IS })({ schema });
    if (compiled(content) === true) return undefined;
    const [first] = compiled.errors ?? [];
    return `${first?.instancePath ?? ""} ${first?.message ?? ""}`;
  };
  return { findFault, isRight: (content): content is Static<Schema> => findFault(content) === undefined };
}
