import { AppError } from "../../errors.ts";

export const DIALECTS = ["openai", "tei", "first"] as const;
export type DialectName = (typeof DIALECTS)[number];

/** Where an embedding server is and how to speak to it, as one address says it. */
export interface RemoteAddress {
  /** Without parameters, password or slash at the end. */
  readonly baseUrl: string;
  readonly dialect: DialectName | undefined;
  /** For servers with several models. */
  readonly model: string | undefined;
  /** Undefined: what the server or the name of its model says; with either prompt here, only these count. */
  readonly queryPrompt: string | undefined;
  readonly documentPrompt: string | undefined;
  /** Sent as bearer token. */
  readonly token: string | undefined;
}

const PARAMETERS = ["dialect", "model", "query-prompt", "document-prompt"];

/**
 * Reads `http://[:TOKEN@]HOST[:PORT][/PATH][?dialect=…&model=…&query-prompt=…&document-prompt=…]`.
 * @throws AppError `usage` for what is not such an address.
 */
export function parseRemoteAddress(text: string): RemoteAddress {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new AppError("usage", `${JSON.stringify(text)} is no http:// or https:// address of an embedding server.`);
  }
  for (const name of url.searchParams.keys()) {
    if (PARAMETERS.includes(name)) continue;
    const known = PARAMETERS.join(", ");
    throw new AppError("usage", `The encoder's address has the parameter ${name}; understood are ${known}.`);
  }
  const wanted = url.searchParams.get("dialect") ?? undefined;
  const dialect = DIALECTS.find((name) => name === wanted);
  if (wanted !== undefined && dialect === undefined) {
    throw new AppError("usage", `The encoder's address has dialect=${wanted}; wanted one of ${DIALECTS.join(", ")}.`);
  }
  return {
    baseUrl: `${url.origin}${url.pathname}`.replace(/\/+$/, ""),
    dialect,
    model: url.searchParams.get("model") ?? undefined,
    queryPrompt: url.searchParams.get("query-prompt") ?? undefined,
    documentPrompt: url.searchParams.get("document-prompt") ?? undefined,
    token: url.password === "" ? undefined : decodeURIComponent(url.password),
  };
}
