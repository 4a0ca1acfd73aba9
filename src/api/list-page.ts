import type { IdPage } from "../collections/id-page.ts";
import { readCursor, toCursor } from "../http/cursor.ts";
import { Type } from "../http/schema.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

/** Which part of a list is asked for, in the order in which its items were added. */
export const ListQuery = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT }),
  cursor: Type.Optional(
    Type.String({ maxLength: 200, description: "nextCursor of a reply with the same list: the items behind it." }),
  ),
});

/** Where a list goes on; absent at its end. */
export const NextCursor = Type.Optional(
  Type.String({ description: "There are more: the same request with it as `cursor` gives them." }),
);

/**
 * Answers with a page of a list.
 * @param name of the list, so that a cursor of another one is refused
 * @throws AppError `invalid-request` for a cursor that is none of this list
 */
export async function readListPage<T extends { readonly id: number }>(
  name: string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  read: (page: IdPage) => readonly T[] | Promise<readonly T[]>,
): Promise<{ readonly items: T[]; readonly nextCursor?: string }> {
  const items = [...(await read({ afterId: readCursor(cursor, { name }).at, limit: limit + 1 }))];
  const last = items[limit - 1];
  if (items.length <= limit || last === undefined) return { items };
  return { items: items.slice(0, limit), nextCursor: toCursor({ at: last.id }, { name }) };
}
