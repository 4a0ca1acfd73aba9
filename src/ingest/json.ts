import { mendJson } from "./json-mend.ts";

/** One JSON text → its value, or why it is none. */
export type ParsedJson = { readonly value: unknown } | { readonly problem: string };

/**
 * `JSON.parse`, mended where dumps are commonly off (`json-mend.ts`). Integers beyond 2^53 (ids!) come as digit strings instead of
 * rounded numbers, and what was written as `4.61e+18`, whose last digits are gone, as that text.
 */
export function parseJson(text: string): ParsedJson {
  try {
    return { value: parseExactly(text) };
  } catch (error) {
    if (error instanceof RangeError) return { problem: "is nested too deep to be read" };
    try {
      const mended = mendJson(text);
      if (mended !== text) return { value: parseExactly(mended) };
    } catch {
      // Described by the error of the text as it stood.
    }
    return { problem: describeSyntaxError(error) };
  }
}

/** A number with an exponent that may be large, where a value may stand. */
const EXPONENT = /[:,[]\s*-?\d[\d.]*[eE]\+?\d/;

function parseExactly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return hasUnsafeInteger(value, 0) || EXPONENT.test(text) ? JSON.parse(text, keepDigits) : value;
}

/** How deep a value is searched; no id of an article lies deeper. */
const MAX_DEPTH = 32;

function hasUnsafeInteger(value: unknown, depth: number): boolean {
  if (typeof value === "number") return Math.abs(value) > Number.MAX_SAFE_INTEGER;
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.some((element) => hasUnsafeInteger(element, depth + 1));
  for (const name in value) {
    if (hasUnsafeInteger((value as Record<string, unknown>)[name], depth + 1)) return true;
  }
  return false;
}

/** From this size on an exponent hides digits that somebody may have meant. */
const MIN_HIDDEN_DIGITS = 1e14;
/** Ids are numbers of 64 bits at most; larger ones are measurements. */
const MAX_ID_NUMBER = 1e21;

function keepDigits(_name: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || context?.source === undefined) return value;
  const { source } = context;
  const size = Math.abs(value);
  if (/[eE]/.test(source)) return value >= MIN_HIDDEN_DIGITS && value < MAX_ID_NUMBER ? value.toExponential() : value;
  if (size <= Number.MAX_SAFE_INTEGER) return value;
  return /^-?\d+(?:\.0*)?$/.test(source) ? source.replace(/\..*/, "") : value;
}

function describeSyntaxError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // V8 quotes the text itself, which the rejects file holds anyway.
  const what = /^(.*?),? (?:\.{3}|["'])/s.exec(message)?.[1] ?? message;
  const where = /at position \d+/.exec(message)?.[0] ?? "";
  return `is not valid JSON: ${what.includes(where) ? what : `${what} ${where}`}`.trim();
}
