/** What came of following, held against what was shown. */
export interface Comparison {
  /** Articles that were shown in answers that came whole. */
  readonly shown: number;
  readonly stored: number;
  /** Shown and not stored. */
  readonly lost: readonly string[];
  /** Stored more than once. */
  readonly doubled: readonly string[];
  /** Stored otherwise than they were shown last. */
  readonly stale: readonly string[];
}

/**
 * @param shown texts as they were shown last, by the token that each begins with
 * @param stored texts by the ids of articles
 */
export function compare(shown: ReadonlyMap<string, string>, stored: ReadonlyMap<string, string>): Comparison {
  const byToken = new Map<string, string[]>();
  for (const body of stored.values()) {
    const token = /^\[[^\]]+\]/.exec(body)?.[0] ?? body;
    byToken.set(token, [...(byToken.get(token) ?? []), body]);
  }
  return {
    shown: shown.size,
    stored: stored.size,
    lost: [...shown.keys()].filter((token) => !byToken.has(token)),
    doubled: [...byToken].filter(([, bodies]) => bodies.length > 1).map(([token]) => token),
    stale: [...shown]
      .filter(([token, body]) => byToken.get(token)?.every((one) => one !== body))
      .map(([token]) => token),
  };
}
