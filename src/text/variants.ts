import { fold } from "./fold.ts";
import { foldCharacters } from "./fold-characters.ts";
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
 * What else a query finds than what is typed: its other-script form, and the words that other regions use for its own, in
 * Simplified characters. `軟體` gives 软件 and 软体. Empty where nothing is folded.
 */
export function findVariants(query: string): string[] {
  if (query.length > MAX_LENGTH) return [];
  families ??= readFamilies();
  const typed = query.normalize("NFKC").toLowerCase();
  const folded = fold(query);
  const written = foldCharacters(query);
  const variants = new Set<string>([written, folded]);
  for (let start = 0; start < folded.length; start++) {
    for (let end = folded.length; end > start + 1; end--) {
      const family = families.get(folded.slice(start, end));
      if (family === undefined) continue;
      for (const word of [folded.slice(start, end), ...family]) if (!written.includes(word)) variants.add(word);
      start = end - 1;
      break;
    }
  }
  variants.delete(typed);
  return [...variants];
}
