import type { Static, TSchema } from "typebox";
import { ERROR_KINDS, type ErrorCode } from "../errors.ts";
import { PROBLEM_TYPE } from "./problem.ts";
import { Type } from "./schema.ts";

/** What a refused or failed request gets, in the description of the API. */

const CODES = Object.keys(ERROR_KINDS) as ErrorCode[];

const toErrorReply = (codes: readonly ErrorCode[]) =>
  Type.Object({
    code: Type.Enum([...codes]),
    message: Type.String({ description: "For people, in English: what is wrong and what mends it." }),
    requestId: Type.String({ description: "Names the request in the server's log." }),
    type: Type.String({ description: "Where the code is explained, as a URI reference (RFC 9457)." }),
    title: Type.String({ description: "The code in words." }),
    status: Type.Integer({ description: "That of HTTP." }),
    detail: Type.String({ description: "The message, by the name that RFC 9457 gives it." }),
  });

export const ErrorReply = toErrorReply(CODES);
export type ErrorReply = Static<typeof ErrorReply>;

/** A reply in a media type of its own, for the description. */
interface ReplyOfType {
  readonly description: string;
  readonly content: Readonly<Record<string, { readonly schema: TSchema }>>;
}

/** Of a failure, in words. */
export const problemReply = (description: string, schema: TSchema = ErrorReply): ReplyOfType => ({
  description,
  content: { [PROBLEM_TYPE]: { schema } },
});

export type ErrorReplies = Readonly<Record<"default", ReplyOfType>>;

/** The replies of a route that may end with these codes, by their status, and any other failure. */
export function errorReplies(...codes: readonly ErrorCode[]): ErrorReplies {
  const byStatus = Map.groupBy(codes, (code) => ERROR_KINDS[code].status);
  const replies = [...byStatus].map(([status, sameStatus]) => [
    status,
    problemReply(sameStatus.join(", "), toErrorReply(sameStatus)),
  ]);
  return {
    ...Object.fromEntries(replies),
    default: problemReply("Any other failure."),
  };
}

/** What a client makes of the text: an object of JSON, the text itself of anything else. */
const schemaOf = (type: string): object => (/[/+]json$/.test(type) ? { type: "object" } : Type.String());

/** The reply of a route that sends a text of its own, and what may be sent instead; for the description alone. */
export function fileReplies(type: string, description: string, ...codes: readonly ErrorCode[]): Record<string, object> {
  return { 200: { description, content: { [type]: { schema: schemaOf(type) } } }, ...errorReplies(...codes) };
}
