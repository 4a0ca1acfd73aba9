import { PhraseTable } from "./phrase-table.ts";
import type { Resources } from "./resources.ts";
import { createToScript } from "./to-script.ts";

/**
 * Text in the script of a reader's region. OpenCC's own Traditional writes forms that nobody writes (羣衆爲喫麪裏); from there its tables
 * for regions lead to what people read: 群眾為吃麵裡, with 看著 in Taiwan and 看着 in Hong Kong. Words stay as they were published.
 */

/** Simplified; Traditional as Taiwan writes it; as Hong Kong does. BCP 47. */
export const READER_SCRIPTS = ["zh-Hans", "zh-Hant", "zh-Hant-HK"] as const;
export type ReaderScript = (typeof READER_SCRIPTS)[number];

/** @throws AppError `unavailable` without a dictionary */
export type ToReaderScript = (text: string, script: ReaderScript) => Promise<string>;

type Convert = (text: string) => string;

type Dictionaries = () => Promise<readonly { readonly default: string }[]>;

/** @param more entries that go before those of the dictionaries */
const asPhrases =
  (dictionaries: Dictionaries, more = "") =>
  async (): Promise<Convert> => {
    const phrases = new PhraseTable([more, ...(await dictionaries()).map((dictionary) => dictionary.default)]);
    return (text) => phrases.convert(text);
  };

/** Forms that OpenCC keeps for Hong Kong, where newspapers write others. */
const HONG_KONG_FORMS = "羣 群|麪 麵|裏 裡|牀 床";

/** Verbs whose 著 is 着 whatever follows: 穿著名牌 is no 著名. */
const VERBS = "穿看聽坐站躺拿抱背戴唱笑哭走跑沿接隨朝趁";

/** Words in which Simplified writes 著 too. OpenCC knows more of them. */
const WRITINGS = "原著 專著 拙著 論著 編著 譯著 土著 新著 遺著 撰著 所著 大著 卓著 著有 著文 著譯".split(" ");

/** 著 is 着 in 看著 and stays in 著名: of what leads back from Taiwan's forms, the part that conversion to Simplified does not know itself. */
async function loadZhe(): Promise<Convert> {
  const { default: known } = await import("opencc-js/dict/TWVariantsRevPhrases");
  const own = [...VERBS].map((verb) => `${verb}著 ${verb}着`).concat(WRITINGS.map((word) => `${word} ${word}`));
  const phrases = known.split("|").filter((entry) => entry.includes("著"));
  const table = new PhraseTable([[...own, ...phrases, "著 着"].join("|")]);
  return (text) => table.convert(text);
}

/** What is done before and after the conversion between the two scripts. `bytes` as measured in {@link createToScript}'s tables: some hundred phrases. */
const REGIONS = {
  "zh-Hans": { script: "zh-Hans", place: "before", key: "opencc:zhe", load: loadZhe },
  "zh-Hant": {
    script: "zh-Hant",
    place: "after",
    key: "opencc:tw",
    load: asPhrases(() =>
      Promise.all([import("opencc-js/dict/TWVariantsPhrases"), import("opencc-js/dict/TWVariants")]),
    ),
  },
  "zh-Hant-HK": {
    script: "zh-Hant",
    place: "after",
    key: "opencc:hk",
    load: asPhrases(
      () => Promise.all([import("opencc-js/dict/HKVariantsPhrases"), import("opencc-js/dict/HKVariants")]),
      HONG_KONG_FORMS,
    ),
  },
} as const;

const REGION_BYTES = 200_000;

export function createToReaderScript(resources: Pick<Resources, "acquire">): ToReaderScript {
  const toScript = createToScript(resources);
  return async (text, reader) => {
    const { script, place, key, load } = REGIONS[reader];
    using lease = await resources.acquire(key, { load, bytes: () => REGION_BYTES });
    const toRegion: Convert = lease.value;
    return place === "before" ? toScript(toRegion(text), script) : toRegion(await toScript(text, script));
  };
}
