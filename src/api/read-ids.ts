import type { App } from "./context.ts";
import { fromIdSegment } from "./id-segment.ts";

/** The names under which paths hold ids. */
const ID_NAMES = ["id", "other"] as const;

/** Turns the parts of a path that stand for ids into those ids, for every route. */
export function readIds(app: App): void {
  app.addHook("preHandler", async (request) => {
    const params = request.params as Record<string, string | undefined>;
    for (const name of ID_NAMES) {
      const segment = params[name];
      if (segment !== undefined) params[name] = fromIdSegment(segment);
    }
  });
}
