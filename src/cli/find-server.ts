/** A search server that answers at an address. */
export interface FoundServer {
  /** Undefined where it does not tell without a token. */
  readonly version: string | undefined;
  /** When its archive was made, as an instant in ISO 8601; undefined where it does not tell without a token, or is still opening. */
  readonly archiveCreated: string | undefined;
}

const TIMEOUT_MS = 2000;

/** Where this machine reaches a server that listens on an address; one that means every interface is reached through the local one. */
export function toLocalUrl(host: string, port: number): string {
  const local = host === "0.0.0.0" || host === "" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${local.includes(":") ? `[${local}]` : local}:${port}`;
}

/** Asks whether a wenxun answers at an address; undefined where none does. */
export async function findServer(url: string, token?: string): Promise<FoundServer | undefined> {
  // Anybody may read it, also where the archive is private.
  const { name } = asRecord(await ask(`${url}/manifest.webmanifest`));
  if (typeof name !== "string" || !/wenxun|闻寻|聞尋/i.test(name)) return undefined;
  const { version, archive } = asRecord(await ask(`${url}/api/v1/status`, token));
  const { created } = asRecord(archive);
  return {
    version: typeof version === "string" ? version : undefined,
    archiveCreated: typeof created === "string" ? created : undefined,
  };
}

async function ask(url: string, token?: string): Promise<unknown> {
  try {
    const reply = await fetch(url, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    return reply.ok ? await reply.json() : undefined;
  } catch {
    // Nothing listens there, or something that is no server of this kind.
    return undefined;
  }
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
