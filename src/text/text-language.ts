/**
 * The `lang` of a text, so that the browser picks the right glyphs and a screen reader the right voice. Decided by common
 * characters that only one script writes.
 */
/** Simplified, Traditional, in turn. */
const PAIRS =
  "们們国國来來时時会會这這说說为為对對发發经經长長现現开開问問点點进進过過还還种種头頭电電动動机機关關学學体體实實样樣无無业業东東车車马馬门門见見书書话話产產两兩应應变變当當没沒间間题題气氣战戰华華报報达達记記让讓议議转轉场場区區员員资資总總决決设設办辦导導济濟务務党黨权權环環线線极極处處带帶请請术術计計讯訊选選广廣连連证證价價医醫视視觉覺联聯络絡网網乐樂岁歲桥橋亿億万萬";

const hans = new Set<string>();
const hant = new Set<string>();
for (let index = 0; index + 1 < PAIRS.length; index += 2) {
  hans.add(PAIRS[index] ?? "");
  hant.add(PAIRS[index + 1] ?? "");
}

/** Characters read before deciding. */
const SAMPLE = 2000;

/** undefined where the text has nothing that tells: the page's own language then holds. */
export function toTextLanguage(text: string): "zh-Hans" | "zh-Hant" | undefined {
  let balance = 0;
  for (const character of text.slice(0, SAMPLE)) {
    if (hans.has(character)) balance++;
    else if (hant.has(character)) balance--;
  }
  if (balance === 0) return undefined;
  return balance > 0 ? "zh-Hans" : "zh-Hant";
}

/**
 * BCP 47, by the script that most letters of a text's beginning belong to. Of Latin letters nobody can tell more than `und-Latn`; `und` has
 * none that are known.
 */
export function languageOf(text: string): string {
  const sample = text.slice(0, SAMPLE);
  const count = (pattern: RegExp): number => sample.match(pattern)?.length ?? 0;
  const han = count(/\p{Script=Han}/gu);
  if (count(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu) > han / 4) return "ja";
  if (count(/\p{Script=Hangul}/gu) > han) return "ko";
  if (han > count(/\p{Script=Latin}/gu) / 4 && han > 0) return toTextLanguage(text) ?? "zh";
  return count(/\p{Script=Latin}/gu) > 0 ? "und-Latn" : "und";
}

/** As {@link languageOf}; undefined where it is not known. */
export function toKnownLanguage(text: string): string | undefined {
  const language = languageOf(text);
  return language.startsWith("und") ? undefined : language;
}
