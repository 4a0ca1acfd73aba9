import { type Static, Type } from "typebox";
import { ERROR_KINDS, type ErrorCode } from "../errors.ts";

/** What a refused or failed request gets, in the description of the API. */

const CODES = Object.keys(ERROR_KINDS) as ErrorCode[];

const toErrorReply = (codes: readonly ErrorCode[]) =>
  Type.Object({
    code: Type.Enum([...codes]),
    message: Type.String({ description: "For people, in English: what is wrong and what mends it." }),
    requestId: Type.String({ description: "Names the request in the server's log." }),
  });

export const ErrorReply = toErrorReply(CODES);
export type ErrorReply = Static<typeof ErrorReply>;

export type ErrorReplies = Readonly<Record<"default", typeof ErrorReply>>;

/** The replies of a route that may end with these codes, by their status, and any other failure. */
export function errorReplies(...codes: readonly ErrorCode[]): ErrorReplies {
  const byStatus = Map.groupBy(codes, (code) => ERROR_KINDS[code].status);
  const replies = [...byStatus].map(([status, sameStatus]) => [
    status,
    Type.Object(toErrorReply(sameStatus).properties, { description: sameStatus.join(", ") }),
  ]);
  return {
    ...Object.fromEntries(replies),
    default: Type.Object(ErrorReply.properties, { description: "Any other failure." }),
  };
}

/** What a client makes of the text: an object of JSON, the text itself of anything else. */
const schemaOf = (type: string): object => (/[/+]json$/.test(type) ? { type: "object" } : Type.String());

/** The reply of a route that sends a text of its own, and what may be sent instead; for the description alone. */
export function fileReplies(type: string, description: string, ...codes: readonly ErrorCode[]): Record<string, object> {
  return { 200: { description, content: { [type]: { schema: schemaOf(type) } } }, ...errorReplies(...codes) };
}
