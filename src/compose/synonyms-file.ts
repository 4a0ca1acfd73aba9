import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isSystemError } from "../errors.ts";
import {
  builtInSynonyms,
  createSynonyms,
  parseSynonyms,
  SYNONYMS_FILE,
  type SynonymProblem,
  type Synonyms,
} from "../text/synonyms.ts";

/** How long a look at the file holds. */
const LOOK_EVERY_MS = 1000;
const MAX_BYTES = 4 << 20;

export interface SynonymsFileOptions {
  /** The archive's. */
  readonly folder: string;
  /** Told of lines that are left out and of a file that cannot be read, once for each state of the file. */
  readonly onProblem?: ((message: string) => void) | undefined;
  readonly nowMs?: () => number;
}

/**
 * The synonyms that come with wenxun and those of the archive's own file. The file is read when it is first asked for and again when
 * it has changed, at most once a second; while it cannot be read, what was read before holds.
 */
export function createSynonymsFile({ folder, onProblem, nowMs = Date.now }: SynonymsFileOptions): () => Synonyms {
  const path = join(folder, SYNONYMS_FILE);
  let synonyms: Synonyms | undefined;
  let state: string | undefined;
  let nextLookMs = 0;
  const load = (): void => {
    const now = stateOf(path);
    if (synonyms !== undefined && now === state) return;
    state = now;
    if (now === "missing") synonyms = createSynonyms(builtInSynonyms());
    else if (now === "too-large") onProblem?.(`${path} is larger than ${MAX_BYTES >> 20} MiB and is not read.`);
    else {
      const { groups, problems } = parseSynonyms(readFileSync(path, "utf8"));
      synonyms = createSynonyms([...builtInSynonyms(), ...groups]);
      for (const problem of problems)
        onProblem?.(`${path}, line ${problem.line}: ${FAULTS[problem.fault]}: ${problem.text}`);
    }
  };
  return () => {
    if (nowMs() >= nextLookMs) {
      nextLookMs = nowMs() + LOOK_EVERY_MS;
      try {
        load();
      } catch (error) {
        onProblem?.(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    synonyms ??= createSynonyms(builtInSynonyms());
    return synonyms;
  };
}

const FAULTS: Readonly<Record<SynonymProblem["fault"], string>> = {
  "no-alternative": "a group wants two different words at least, such as `格鲁吉亚, 乔治亚` or `巴老师 => 巴金`",
  "empty-word": "a word is empty",
  "two-arrows": "a line may hold one arrow",
  "too-long": "a word is longer than 40 characters",
  "too-many": "a group may hold 16 words, a file 10,000 groups",
};

/** Changes when the file does. */
function stateOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return size > MAX_BYTES ? "too-large" : `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return "missing";
    throw error;
  }
}
