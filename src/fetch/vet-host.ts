import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { AppError } from "../errors.ts";
import { nonPublicNetwork } from "./address-ranges.ts";
import type { AllowList } from "./allow-list.ts";

/** The addresses of a host name; rejects where it has none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export const resolveByMachine: Resolve = async (host) => {
  const found = await lookup(host, { all: true, order: "verbatim" });
  return found.map(({ address }) => address);
};

export interface HostGuard {
  readonly allowed: AllowList;
  readonly resolve: Resolve;
}

/**
 * The address to connect to for a host: resolved once, and one that may be reached. Whoever connects uses this address and resolves
 * no more, so a name that changes its answer meanwhile leads nowhere else.
 * @param hostname as `URL.hostname` has it: literals are canonical there, whatever notation they were written in
 * @throws AppError `fetch-refused`, `fetch-failed` where the name leads nowhere
 */
export async function vetHost(hostname: string, { allowed, resolve }: HostGuard): Promise<string> {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const addresses = isIP(host) > 0 ? [host] : await resolveHost(host, resolve);
  const mayReach = (address: string): boolean =>
    allowed.allowsHost(host) || allowed.allowsAddress(address) || nonPublicNetwork(address) === undefined;
  const [first = ""] = addresses;
  const address = addresses.find(mayReach);
  if (address !== undefined) return address;
  const leads = isIP(host) > 0 ? `${host} is an address of` : `${host} leads to ${first}, which is an address of`;
  throw new AppError("fetch-refused", `${leads} ${nonPublicNetwork(first) ?? "no network"}: it is not asked.`, {
    remedy: { code: "set-option", option: "fetch-allow", value: host, does: "allows it" },
  });
}

async function resolveHost(host: string, resolve: Resolve): Promise<readonly string[]> {
  let addresses: readonly string[] = [];
  let cause: unknown;
  try {
    addresses = await resolve(host);
  } catch (error) {
    cause = error;
  }
  if (addresses.length > 0) return addresses;
  throw new AppError("fetch-failed", `There is no host ${host}, or the name server could not be asked.`, { cause });
}
