import { isIPv4, isIPv6 } from "node:net";

/** Addresses of one household or machine of IPv6 share so many of their eight groups: a /64. */
const SHARED_GROUPS = 4;

/** Characters of a name that is no address; a proxy that is trusted may send anything. */
const MAX_NAME_UNITS = 64;

/**
 * What a client is told apart by where it has no name: its address, of IPv6 the /64, since whoever has one address of it has
 * them all.
 */
export function toClientKey(address: string): string {
  const bare = address.split("%", 1)[0] ?? "";
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
  if (isIPv4(mapped)) return mapped;
  if (!isIPv6(bare)) return address.slice(0, MAX_NAME_UNITS);
  return `${toGroups(bare).slice(0, SHARED_GROUPS).join(":")}::/64`;
}

/** Whether an address is of this machine, which all its programs and their proxies share. */
export const isLoopback = (address: string): boolean => /^(?:::ffff:)?127\.|^::1$/i.test(address);

/** The eight groups of an IPv6 address, without leading zeros. */
function toGroups(address: string): string[] {
  const [head = "", tail] = address.toLowerCase().split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  // An IPv4 address at the end stands for two groups, and is not among the first.
  const missing = Math.max(0, 8 - before.length - after.length);
  const groups = tail === undefined ? before : [...before, ...new Array<string>(missing).fill("0"), ...after];
  return groups.map((group) => group.replace(/^0+(?=.)/, ""));
}
