import { REGIONAL_WORDS } from "./fold-data.ts";

/** Regional words by the word that they all fold to: 软件 → 软体. Read when first asked for. */
let families: ReadonlyMap<string, readonly string[]> | undefined;

function readFamilies(): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, string[]>();
  for (const entry of REGIONAL_WORDS.split(/\|\n?/)) {
    const gap = entry.lastIndexOf(" ");
    if (gap < 0) continue;
    const target = entry.slice(gap + 1);
    const family = members.get(target) ?? [];
    family.push(entry.slice(0, gap));
    members.set(target, family);
  }
  return members;
}

/** Characters of a query that are looked at; a longer one is prose, in which variants help nobody. */
const MAX_LENGTH = 60;

/**
 * What other regions call what is looked for, in Simplified characters: of 软件 it is 软体. The word that all of these fold to is
 * not told: it stands in the query as it was read.
 * @param typed the query as it was typed, whose own words are not told
 * @param wanted words and phrases that are looked for, folded
 */
export function findVariants(typed: string, wanted: readonly string[]): string[] {
  if (typed.length > MAX_LENGTH) return [];
  families ??= readFamilies();
  const own = typed.normalize("NFKC").toLowerCase();
  const variants = new Set<string>();
  for (const text of wanted) {
    for (let start = 0; start < text.length; start++) {
      for (let end = text.length; end > start + 1; end--) {
        const family = families.get(text.slice(start, end));
        if (family === undefined) continue;
        for (const word of family) if (!own.includes(word)) variants.add(word);
        start = end - 1;
        break;
      }
    }
  }
  return [...variants];
}
