/** What a token may allow, one word each; a route asks for some of them. */
export const SCOPES = ["search", "read", "ingest", "delete", "alerts", "status", "admin"] as const;

export type Scope = (typeof SCOPES)[number];

export const isScope = (text: string): text is Scope => (SCOPES as readonly string[]).includes(text);

export const ACCESS_MODES = ["open", "token", "proxy"] as const;

/** Who may read: anybody, who has a token, or whom a proxy names. */
export type AccessMode = (typeof ACCESS_MODES)[number];

/** What a route asks of whoever calls it: nothing, to be known at all, or every one of some scopes. */
export type Need = "nothing" | "identity" | readonly Scope[];

/** Whether somebody with these scopes may have what asks for `need`; `admin` holds every other scope. */
export function allows(scopes: readonly Scope[], need: Need): boolean {
  if (need === "nothing") return true;
  if (need === "identity") return scopes.length > 0;
  return scopes.includes("admin") || need.every((scope) => scopes.includes(scope));
}
