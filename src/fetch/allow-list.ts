import { isInRange, parseRange } from "./address-ranges.ts";

/** Hosts that may be fetched from although they are not on the public internet. */
export interface AllowList {
  /** The whole host is allowed, wherever its name leads. */
  allowsHost(host: string): boolean;
  allowsAddress(address: string): boolean;
}

/**
 * @param entries host names (`rsshub.lan`, `*.example.lan`), addresses (`192.168.1.5`) and ranges (`10.0.0.0/8`, `fd00::/8`). A name
 * allows that name alone; an address or a range allows every host that leads there.
 */
export function createAllowList(entries: readonly string[]): AllowList {
  const ranges = entries.flatMap((entry) => {
    const range = parseRange(entry);
    return range === undefined ? [] : [range];
  });
  const names = new Set(entries.filter((entry) => parseRange(entry) === undefined).map(toHostName));
  return {
    allowsHost: (host) => {
      const name = toHostName(host);
      if (names.has(name)) return true;
      const parents = name.split(".").map((_, index, labels) => labels.slice(index + 1).join("."));
      return parents.some((parent) => parent !== "" && names.has(`*.${parent}`));
    },
    allowsAddress: (address) => ranges.some((range) => isInRange(address, range)),
  };
}

const toHostName = (text: string): string => text.toLowerCase().replace(/\.$/, "");
