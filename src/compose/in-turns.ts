import type { Backend } from "../api/context.ts";
import type { SearchService } from "../search/search.ts";
import type { FairTurns } from "../threads/fair-turns.ts";

/**
 * A backend whose part in the thread that answers, reading and encoding a query, waits for the client's turn: a long query takes as long
 * as a page.
 */
export function inTurns(backend: Backend, turns: FairTurns): Backend {
  return {
    get search() {
      return searchInTurns(backend.search, turns);
    },
    get archive() {
      return backend.archive;
    },
    get encoder() {
      return backend.encoder;
    },
    memory: () => backend.memory?.(),
  };
}

const searchInTurns = (search: SearchService, turns: FairTurns): SearchService => ({
  search: (request, options = {}) => turns.run(options, () => search.search(request, options)),
  explain: (id, request, options = {}) => turns.run(options, () => search.explain(id, request, options)),
  article: (id, options) => search.article(id, options),
  similar: (id, options) => search.similar(id, options),
  fingerprint: () => search.fingerprint?.() ?? "",
});
