import type { App } from "./app.ts";

/** Tells which methods a path takes, so that another method is told so instead of that there is nothing. */
export function watchMethods(app: App): (path: string) => readonly string[] {
  const methods = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    const known = methods.get(url) ?? new Set<string>();
    methods.set(url, known);
    for (const name of [method].flat()) {
      known.add(name);
      // The framework answers HEAD wherever it answers GET.
      if (name === "GET") known.add("HEAD");
    }
  });
  let patterns: readonly (readonly [RegExp, Set<string>])[] | undefined;
  return (path) => {
    patterns ??= [...methods].map(([url, known]) => [toPattern(url), known]);
    const taken = patterns.filter(([pattern]) => pattern.test(path)).flatMap(([, known]) => [...known]);
    return [...new Set(taken)].sort();
  };
}

/** `/articles/:id/*`, as the router reads it: a part between slashes for a name, anything for the star. */
function toPattern(url: string): RegExp {
  const source = url
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replace(/:\w+/g, "[^/]+")
    .replace(/\/$/, "");
  return new RegExp(`^${source}/?$`);
}
