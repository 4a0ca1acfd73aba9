/** One JSON text → its value, or why it is none. */
export type ParsedJson = { readonly value: unknown } | { readonly problem: string };

/**
 * `JSON.parse`, mended where dumps are commonly off: raw control characters inside strings read as spaces (NUL as nothing),
 * and integers beyond 2^53 (ids!) come as digit strings instead of rounded numbers.
 */
export function parseJson(text: string): ParsedJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const mended = text.replaceAll("\u0000", "").replace(/[\u0001-\u001f]/g, " ");
    if (mended === text) return { problem: describeSyntaxError(error) };
    try {
      value = JSON.parse(mended);
    } catch {
      return { problem: describeSyntaxError(error) };
    }
    text = mended;
  }
  return { value: hasUnsafeInteger(value, 0) ? JSON.parse(text, keepDigits) : value };
}

/** How deep a value is searched; what an article is made of lies near the top. */
const MAX_DEPTH = 8;

function hasUnsafeInteger(value: unknown, depth: number): boolean {
  if (typeof value === "number") return Math.abs(value) > Number.MAX_SAFE_INTEGER;
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return false;
  for (const name in value) {
    if (hasUnsafeInteger((value as Record<string, unknown>)[name], depth + 1)) return true;
  }
  return false;
}

function keepDigits(_name: string, value: unknown, context?: { source?: string }): unknown {
  const isRounded = typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER;
  return isRounded && /^-?\d+$/.test(context?.source ?? "") ? context?.source : value;
}

function describeSyntaxError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // V8 quotes the text itself, which the rejects file holds anyway.
  const what = /^(.*?),? (?:\.{3}|["'])/s.exec(message)?.[1] ?? message;
  const where = /at position \d+/.exec(message)?.[0] ?? "";
  return `is not valid JSON: ${what.includes(where) ? what : `${what} ${where}`}`.trim();
}
