import { isLoneField, type Token } from "./tokens.ts";

/** Fields of other search tools and of none, in lower case; `http://` and 12:30 are text, and so is `AI:` before a headline. */
const UNKNOWN_FIELD = /^[a-z_]{2,20}:(?!\/\/)(?=\S)/;
/** Fields that other search tools know, however they are written. */
const FOREIGN_FIELD =
  /^(?:allintitle|author|body|date|daterange|domain|filetype|from|host|inbody|intext|inurl|lang|language|link|near|newspaper|publisher|section|since|site|tag|text|to|until|url):(?!\/\/)(?=\S)/i;
/** What Chinese databases call theirs. */
const CHINESE_FIELD =
  /^(?:作者|记者|記者|网站|網站|站点|日期|时间|時間|正文|全文|媒体|媒體|报纸|報紙|栏目|欄目|版面|语言|語言)[:：](?=\S)/;
/** Wildcards, weights and likenesses of other query languages, behind a word. */
const UNKNOWN_SUFFIX = /^[\p{L}\p{N}]+(?:\*|\^\d+(?:\.\d+)?|~\d*)$/u;
/** Nearness as other query languages write it. */
const UNKNOWN_CALL = /^(?:(?:NEAR|ADJ|W|N)\/\d+|NEAR|ADJ)$/;
const UNKNOWN = [UNKNOWN_FIELD, FOREIGN_FIELD, CHINESE_FIELD, UNKNOWN_SUFFIX, UNKNOWN_CALL];

/** The text, where it looks like an operator and is none that is known. */
export const findUnknownOperator = (raw: string): string | undefined =>
  isLoneField(raw) || UNKNOWN.some((pattern) => pattern.test(raw)) ? raw.toWellFormed() : undefined;

/** What is asked beside the name of a field that is none here: bbc of site:bbc, 王毅 of 作者:王毅. The name is not part of it. */
export const withoutForeignField = (raw: string): string => raw.replace(FOREIGN_FIELD, "").replace(CHINESE_FIELD, "");

/** Whether a text is an operator of another query language and nothing else: NEAR/5. */
export const isForeignCall = (raw: string): boolean => /^(?:NEAR|ADJ|W|N)\/\d+$/.test(raw);

/** A minus before a number, at the start of a word or between Chinese and degrees: -5度, -2021年, 最低-5度. */
const SIGNED_NUMBER =
  /(?:^|(?<=\p{Script=Han}))[-－−]\p{N}[\p{N}.,]*(?:[摄攝华華]氏)?(?:度|(?<=^[-－−][\p{N}.,]*)\p{Script=Han}*)/u;

/** A number of which the sign is not looked for: no word that comes out of the text has it. */
export function findLostSign(raw: string, words: readonly string[]): string | undefined {
  const signed = SIGNED_NUMBER.exec(raw)?.[0];
  return signed === undefined || words.some((word) => word.startsWith("-")) ? undefined : signed.toWellFormed();
}

/** Words that would join or exclude, were they written as operators: OR, AND, NOT. */
const JOINING_WORD = /^(?:or|and|not|或|或者|和|与|與|并且|並且)$/i;
const HAN_END = /\p{Script=Han}$/u;
const HAN_START = /^\p{Script=Han}/u;

/** Words between Chinese that were likely meant as operators; in English, `war and peace` are three words. */
export function findUnknownWords(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token, index) => {
    if (token.kind !== "text" || !token.spaced || !JOINING_WORD.test(token.raw)) return [];
    const [before, after] = [tokens[index - 1], tokens[index + 1]].map(textOf);
    return HAN_END.test(before ?? "") && HAN_START.test(after ?? "") ? [token.raw] : [];
  });
}

function textOf(token: Token | undefined): string | undefined {
  if (token?.kind === "text") return token.raw;
  return token?.kind === "quote" ? token.content : undefined;
}
