import { AppError } from "../errors.ts";
import { TimeSlices } from "../threads/time-slices.ts";
import { PhraseTable } from "./phrase-table.ts";
import type { ResourceLoader, Resources } from "./resources.ts";

/** Text in the other script, for reading and for encoders that know one script. What is matched goes through the fold instead. */

export const SCRIPTS = ["zh-Hans", "zh-Hant"] as const;
export type Script = (typeof SCRIPTS)[number];

/** Converts text to one script, character by character and by OpenCC's phrases. @throws AppError `unavailable` without a dictionary. */
export type ToScript = (text: string, script: Script) => Promise<string>;

/** Tables that a text goes through, one after the other. */
type Steps = readonly PhraseTable[];

/** How long converting a text may hold the thread. */
const SLICE_MS = 8;

interface Dictionary extends ResourceLoader<Steps> {
  readonly key: string;
}

/** `bytes` is by how much the process grows when one is loaded under the server's limits of V8's heap, measured on Node 24. */
const DICTIONARIES: Readonly<Record<Script, Dictionary>> = {
  "zh-Hans": {
    key: "opencc:t2cn",
    load: () => load(() => Promise.all([import("opencc-js/dict/TSPhrases"), import("opencc-js/dict/TSCharacters")])),
    bytes: () => 3_000_000,
  },
  "zh-Hant": {
    key: "opencc:cn2t",
    load: () =>
      load(() =>
        Promise.all([
          import("opencc-js/dict/STPhrases"),
          import("opencc-js/dict/STPhrases_GeneratedFromRegionalPhrases"),
          import("opencc-js/dict/STCharacters"),
        ]),
      ),
    bytes: () => 9_000_000,
  },
};

async function load(importDictionaries: () => Promise<readonly { readonly default: string }[]>): Promise<Steps> {
  try {
    const compatibility = new PhraseTable([(await import("opencc-js/dict/CJK_Compatibility_Ideographs")).default]);
    const phrases = new PhraseTable((await importDictionaries()).map((dictionary) => dictionary.default));
    return [compatibility, phrases];
  } catch (error) {
    const message = "The dictionary that converts between the Chinese scripts (opencc-js) could not be loaded.";
    throw new AppError("unavailable", message, { cause: error });
  }
}

/** The dictionary of a direction is loaded when the first text asks for it, and shared from then on. */
export function createToScript(resources: Pick<Resources, "acquire">): ToScript {
  return async (text, script) => {
    const dictionary = DICTIONARIES[script];
    using lease = await resources.acquire(dictionary.key, dictionary);
    const slices = new TimeSlices(SLICE_MS);
    let converted = text;
    for (const table of lease.value) {
      let result = "";
      for (const part of table.convertInParts(converted)) {
        result += part;
        if (slices.isOver) await slices.next();
      }
      converted = result;
    }
    return converted;
  };
}
