import type { TextRole } from "../encoder.ts";
import type { TokenizedText, TokenWindow } from "../windowed-encoder.ts";
import type { HubTokenizer } from "./runtime.ts";

/** Token ids of one stretch of text, ready for the model: special tokens and prompt included. */
export interface IdWindow extends TokenWindow {
  readonly ids: readonly number[];
  /** Which text of a pair each token belongs to; absent: there is one. */
  readonly typeIds?: readonly number[];
  /** Tokens before the text itself: special tokens and prompt. */
  readonly textStart: number;
  /** False where the text has neither letter nor digit: no vector. */
  readonly hasContent: boolean;
}

export interface WindowOptions {
  readonly maxTokens: number;
  readonly prompts: Readonly<Record<TextRole, string>>;
}

/**
 * Cuts texts into windows:
 *
 *     [CLS] prompt … first tokens … [SEP]   [CLS] prompt … next tokens … [SEP]
 */
export type CutIntoWindows = (text: string, role: TextRole, maxWindows: number) => TokenizedText<IdWindow>;

/** A token rarely stands for more characters than this: where counting of a long text may stop. */
const UNITS_PER_TOKEN = 16;
/** Tokens near a cut may differ from those of the whole text. */
const EDGE_TOKENS = 64;

export function createTextWindows(tokenizer: HubTokenizer, { maxTokens, prompts }: WindowOptions): CutIntoWindows {
  const idsOf = (text: string): readonly number[] => tokenizer.encode(text, { add_special_tokens: false }).ids;
  const { prefix, suffix } = specialTokens(tokenizer);
  const promptIds = { query: idsOf(prompts.query), document: idsOf(prompts.document) };

  return (text, role, maxWindows) => {
    const prompt = promptIds[role];
    const room = Math.max(1, maxTokens - prefix.length - suffix.length);
    const roomAfterPrompt = Math.max(1, room - prompt.length);
    const wanted = room + (maxWindows - 1) * roomAfterPrompt;
    const { ids, isWhole } = firstIds(prompts[role] + text, wanted, idsOf);
    // Where prompt and text melt into one token, the later windows go without a prompt.
    const isPrompted = prompt.length > 0 && prompt.every((id, index) => ids[index] === id);
    const head = isPrompted ? [...prefix, ...prompt] : prefix;
    const body = isPrompted ? ids.slice(prompt.length) : ids;
    const size = isPrompted ? roomAfterPrompt : room;
    const hasContent = /[\p{L}\p{N}]/u.test(text);

    const windows: IdWindow[] = [];
    let start = 0;
    do {
      const part = body.slice(start, start + size);
      const window = [...head, ...part, ...suffix];
      windows.push({ ids: window, tokenCount: window.length, textStart: head.length, hasContent });
      start += size;
    } while (start < body.length && windows.length < maxWindows);
    return { windows, isCut: !isWhole || start < body.length };
  };
}

/** At least `wanted` ids of a text where it has as many; a very long text is not read to its end for that. */
function firstIds(text: string, wanted: number, idsOf: (text: string) => readonly number[]) {
  const units = (wanted + EDGE_TOKENS) * UNITS_PER_TOKEN;
  if (text.length > units) {
    const ids = idsOf(text.slice(0, units));
    if (ids.length >= wanted + EDGE_TOKENS) return { ids: ids.slice(0, wanted), isWhole: false };
  }
  return { ids: idsOf(text), isWhole: true };
}

/** What the tokenizer puts around a text, found by looking. */
function specialTokens(tokenizer: HubTokenizer): { prefix: readonly number[]; suffix: readonly number[] } {
  const sample = "a";
  const bare = tokenizer.encode(sample, { add_special_tokens: false }).ids;
  const dressed = tokenizer.encode(sample, { add_special_tokens: true }).ids;
  for (let start = 0; start + bare.length <= dressed.length; start++) {
    if (bare.every((id, index) => dressed[start + index] === id)) {
      return { prefix: dressed.slice(0, start), suffix: dressed.slice(start + bare.length) };
    }
  }
  return { prefix: [], suffix: [] };
}
