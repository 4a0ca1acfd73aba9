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
/** Nearness and exclusion as other query languages write them. */
const UNKNOWN_CALL = /^(?:(?:NEAR|ADJ|W|N)\/\d+|NEAR|ADJ|AND[-_]?NOT|BUT[-_]?NOT|XOR)$/;
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

/** A mark of exclusion of other query languages; with a space before it alone, as 快来!登陆 are words. */
const EXCLAMATION = /^[!！](?=[\p{L}\p{N}])/u;
/** Behind a quotation or a group: nearness, weights and wildcards of other query languages. */
const GROUP_SUFFIX = /^(?:[~～][\p{N}.]*|\^[\d.]+|\*)$/u;
/** Nearness with a space before it. */
const APART_SUFFIX = /^[~～]\p{N}+$/u;

/** What looks like an operator and is none that is known, where that is told by what stands beside it. */
export const findUnknownWords = (tokens: readonly Token[]): string[] =>
  tokens.flatMap((token, index) =>
    token.kind === "text" && isUnknown(token, tokens[index - 1], tokens[index + 1]) ? [token.raw.toWellFormed()] : [],
  );

type TextToken = Token & { readonly kind: "text" };

function isUnknown({ raw, spaced }: TextToken, before: Token | undefined, after: Token | undefined): boolean {
  const isStuck = after !== undefined && !after.spaced;
  if (before?.kind === "quote" || before?.kind === "close") {
    if (spaced ? APART_SUFFIX.test(raw) : !isStuck && GROUP_SUFFIX.test(raw)) return true;
  }
  if (!spaced) return false;
  if (EXCLAMATION.test(raw)) return true;
  if (/^[!！]$/.test(raw)) return isStuck && (after.kind === "quote" || after.kind === "open");
  // Words between Chinese; in English, `war and peace` are three words.
  return JOINING_WORD.test(raw) && HAN_END.test(textOf(before)) && HAN_START.test(textOf(after));
}

function textOf(token: Token | undefined): string {
  if (token?.kind === "text") return token.raw;
  return token?.kind === "quote" ? token.content : "";
}
