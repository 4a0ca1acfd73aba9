/** What reads articles, in parts of which none takes long to load, for `loadInTurns`: a server loads it while it answers others. */
export const READING_PARTS: readonly (() => Promise<unknown>)[] = [
  () => import("./clean-text.ts"),
  () => import("./article.ts"),
  () => import("./reader.ts"),
];
