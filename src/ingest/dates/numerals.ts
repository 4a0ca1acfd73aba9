const DIGITS: Record<string, number> = {
  〇: 0, 零: 0, "○": 0, О: 0, O: 0, o: 0, о: 0, 一: 1, 壹: 1, 二: 2, 两: 2, 兩: 2, 贰: 2, 貳: 2, 三: 3, 叁: 3, 參: 3, 叄: 3,
  四: 4, 肆: 4, 五: 5, 伍: 5, 六: 6, 陆: 6, 陸: 6, 七: 7, 柒: 7, 八: 8, 捌: 8, 九: 9, 玖: 9,
}; // biome-ignore format: a table

const UNITS: Record<string, number> = { 十: 10, 拾: 10, 百: 100, 佰: 100, 千: 1000, 仟: 1000 };
/** Twenty and thirty in one character. */
const TENS: Record<string, number> = { 廿: 20, 卄: 20, 卅: 30 };

const NUMERAL = "〇零○一壹二两兩贰貳三叁參叄四肆五伍六陆陸七柒八捌九玖十拾百佰千仟廿卄卅";
const HAS_NUMERAL = new RegExp(`[${NUMERAL}元]`);
/** A run of numerals (an O or a digit may stand for a zero among them) before what it counts. */
const COUNTED = new RegExp(
  `([${NUMERAL}OoОо\\d]*[${NUMERAL}][${NUMERAL}OoОо\\d]*)(?= ?[年月日号號天个個周週时時点點分秒刻小])`,
  "g",
);

/**
 * Numbers in Chinese as digits where they count years, months, days or parts of them: 二〇二一年三月十四日 → 2021年3月14日,
 * 民國一百一十年 → 民國110年, 廿四日 → 24日, 元月 → 1月. The rest of the text stays as it is.
 */
export function withDigits(text: string): string {
  if (!HAS_NUMERAL.test(text)) return text;
  return text
    .replace(/(?<=民[国國] ?)元(?= ?年)/, "1")
    .replace(/(?<![纪紀公单單])元(?= ?月)/, "1")
    .replace(COUNTED, (run: string) => toDigits(run) ?? run);
}

function toDigits(run: string): string | undefined {
  const characters = [...run];
  if (characters.some((character) => character in UNITS || character in TENS)) {
    const value = addUp(characters);
    return value === undefined ? undefined : String(value);
  }
  return characters.map((character) => String(DIGITS[character] ?? character)).join("");
}

/** 二千零二十一 → 2021; undefined for what does not go down from thousands to ones. */
function addUp(characters: readonly string[]): number | undefined {
  let sum = 0;
  let digit: number | undefined;
  let unit = 10_000;
  for (const character of characters) {
    const tens = TENS[character];
    const next = UNITS[character];
    if (tens !== undefined || next !== undefined) {
      const isFirst = sum === 0 && digit === undefined;
      if ((next ?? 10) >= unit || (digit === undefined && !isFirst && next !== 10) || digit === 0) return undefined;
      unit = next ?? 10;
      sum += tens ?? (digit ?? 1) * unit;
      digit = undefined;
      continue;
    }
    const value = DIGITS[character] ?? Number(character);
    // A zero only says that a place is left out: 二千零二十一.
    if (value === 0) continue;
    if (digit !== undefined) return undefined;
    digit = value;
  }
  return sum + (digit ?? 0);
}
