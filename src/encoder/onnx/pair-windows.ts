import { AppError } from "../../errors.ts";
import type { HubTokenizer } from "./runtime.ts";
import type { IdWindow } from "./text-windows.ts";

/**
 * Puts a query and a text into one window, as the tokenizer joins pairs:
 *
 *     [CLS] query … [SEP] text … [SEP]          types 0 … 0 1 … 1, where the model tells them apart
 */
export type JoinPair = (query: string, text: string) => IdWindow;

/** Share of a window that a long query may take. */
const QUERY_SHARE = 0.5;
/** A token rarely stands for more characters than this: what lies behind is not read. */
const UNITS_PER_TOKEN = 16;

/** @throws AppError `encoder-unavailable` for a tokenizer that does not join pairs. */
export function createPairWindows(tokenizer: HubTokenizer, maxTokens: number): JoinPair {
  const idsOf = (text: string): readonly number[] =>
    tokenizer.encode(text.slice(0, maxTokens * UNITS_PER_TOKEN), { add_special_tokens: false }).ids;
  const { prefix, middle, suffix, types } = lookAtPair(tokenizer);
  const room = Math.max(2, maxTokens - prefix.length - middle.length - suffix.length);

  return (query, text) => {
    const asked = idsOf(query);
    const said = idsOf(text);
    const first = asked.slice(0, Math.max(Math.floor(room * QUERY_SHARE), room - said.length));
    const second = said.slice(0, room - first.length);
    const ids = [...prefix, ...first, ...middle, ...second, ...suffix];
    const typeIds = [
      ...prefix.map(() => types.prefix),
      ...first.map(() => types.first),
      ...middle.map(() => types.middle),
      ...second.map(() => types.second),
      ...suffix.map(() => types.suffix),
    ];
    const hasContent = [query, text].every((one) => /[\p{L}\p{N}]/u.test(one));
    return {
      ids,
      typeIds,
      tokenCount: ids.length,
      textStart: prefix.length + first.length + middle.length,
      hasContent,
    };
  };
}

interface PairLayout {
  readonly prefix: readonly number[];
  readonly middle: readonly number[];
  readonly suffix: readonly number[];
  readonly types: Readonly<Record<"prefix" | "first" | "middle" | "second" | "suffix", number>>;
}

/** What the tokenizer puts around and between two texts, found by looking. */
function lookAtPair(tokenizer: HubTokenizer): PairLayout {
  const [a, b] = ["a", "b"].map((text) => tokenizer.encode(text, { add_special_tokens: false }).ids);
  const joined = tokenizer.encode("a", { text_pair: "b", add_special_tokens: true, return_token_type_ids: true });
  const { ids, token_type_ids: typeIds = [] } = joined;
  const start = placeOf(a ?? [], ids, 0);
  const second = placeOf(b ?? [], ids, start + (a?.length ?? 0));
  if (start < 0 || second < 0) {
    throw new AppError("encoder-unavailable", "The tokenizer of the re-ranker does not join a query and a text.");
  }
  const firstEnd = start + (a?.length ?? 0);
  const secondEnd = second + (b?.length ?? 0);
  const typeAt = (place: number): number => typeIds[place] ?? 0;
  return {
    prefix: ids.slice(0, start),
    middle: ids.slice(firstEnd, second),
    suffix: ids.slice(secondEnd),
    types: {
      prefix: typeAt(0),
      first: typeAt(start),
      middle: typeAt(firstEnd),
      second: typeAt(second),
      suffix: typeAt(secondEnd),
    },
  };
}

/** Where `part` begins in `ids`, from a place on; −1 where it is not, or is empty. */
function placeOf(part: readonly number[], ids: readonly number[], from: number): number {
  if (part.length === 0) return -1;
  for (let start = from; start + part.length <= ids.length; start++) {
    if (part.every((id, index) => ids[start + index] === id)) return start;
  }
  return -1;
}
