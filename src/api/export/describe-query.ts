import type { FilterQuery } from "../wire.ts";

/** A search as people write it down: 颱風; source: 甲报; 2021-01-01 – 2021-12-31; mode: keyword. What is as usual is left out. */
export function describeQuery(query: FilterQuery): string {
  const { q, from, to, source, category, excludeSource, excludeCategory, without, mode } = query;
  const list = (name: string, values: readonly string[]): string =>
    values.length === 0 ? "" : `${name}: ${values.join(", ")}`;
  return [
    q.trim(),
    list("source", source),
    list("category", category),
    list("not source", excludeSource),
    list("not category", excludeCategory),
    list("without", without),
    from === undefined && to === undefined ? "" : `${from ?? "…"} – ${to ?? "…"}`,
    mode === "hybrid" ? "" : `mode: ${mode}`,
  ]
    .filter((part) => part !== "")
    .join("; ");
}
