import ipaddr from "ipaddr.js";

/** Ranges of addresses that are no place on the public internet, each with its name. */
const NOT_PUBLIC: readonly (readonly [range: string, name: string])[] = [
  ["0.0.0.0/8", "this network"],
  ["10.0.0.0/8", "a private network"],
  ["100.64.0.0/10", "the network of a carrier (CGNAT)"],
  ["127.0.0.0/8", "this machine"],
  ["168.63.129.16/32", "the host of a cloud machine"],
  ["169.254.0.0/16", "the local link, where clouds keep their metadata"],
  ["172.16.0.0/12", "a private network"],
  ["192.0.0.0/24", "protocol assignments"],
  ["192.0.2.0/24", "documentation"],
  ["192.31.196.0/24", "AS112"],
  ["192.52.193.0/24", "AMT"],
  ["192.88.99.0/24", "a relay of 6to4"],
  ["192.168.0.0/16", "a private network"],
  ["192.175.48.0/24", "AS112"],
  ["198.18.0.0/15", "measurements"],
  ["198.51.100.0/24", "documentation"],
  ["203.0.113.0/24", "documentation"],
  ["224.0.0.0/4", "multicast"],
  ["240.0.0.0/4", "reserved"],
  ["64:ff9b::/96", "a translation of an IPv4 address (NAT64)"],
  ["64:ff9b:1::/48", "a translation of an IPv4 address (NAT64)"],
  ["100::/64", "a discarding network"],
  ["2001::/23", "protocol assignments, Teredo among them"],
  ["2001:db8::/32", "documentation"],
  ["2002::/16", "a tunnel of IPv4 addresses (6to4)"],
  ["2620:4f:8000::/48", "AS112"],
  ["3fff::/20", "documentation"],
  ["fc00::/7", "a private network"],
  ["fe80::/10", "the local link"],
  ["fec0::/10", "a private network"],
  ["ff00::/8", "multicast"],
];

type Range = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

const NAMED_RANGES = NOT_PUBLIC.map(([range, name]) => ({ range: ipaddr.parseCIDR(range) as Range, name }));

/** All addresses of IPv6 that have been given out for use between networks. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/** An interface that tunnels to an IPv4 address (ISATAP) has this in the third quarter of its address, whatever its network. */
const ISATAP = /^0?[02]00:5efe$/;

/**
 * Which network an address belongs to when it is not the public internet; undefined for a public address. An IPv6 address that
 * stands for an IPv4 address is judged as that one.
 * @param address in a canonical notation, as a resolver or `URL` gives it
 */
export function nonPublicNetwork(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return "no address";
  const parsed = ipaddr.process(address);
  const named = NAMED_RANGES.find(({ range }) => isWithin(parsed, range));
  if (named !== undefined) return named.name;
  if (!(parsed instanceof ipaddr.IPv6)) return undefined;
  if (!parsed.match(GLOBAL_UNICAST)) return "no address that was given out";
  const [high = 0, low = 0] = parsed.parts.slice(4, 6);
  return ISATAP.test(`${high.toString(16).padStart(3, "0")}:${low.toString(16)}`)
    ? "a tunnel of IPv4 addresses (ISATAP)"
    : undefined;
}

/** A range such as `10.0.0.0/8`, or a single address. Undefined for what is neither. */
export function parseRange(text: string): Range | undefined {
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  if (ipaddr.isValidCIDR(bare)) return ipaddr.parseCIDR(bare) as Range;
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return undefined;
  const address = ipaddr.process(bare);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

export function isInRange(address: string, range: Range): boolean {
  return ipaddr.isValid(address) && isWithin(ipaddr.process(address), range);
}

/** Ranges of the other family hold no address. */
function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, [network, bits]: Range): boolean {
  if (address instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && address.match(network, bits);
  return network instanceof ipaddr.IPv6 && address.match(network, bits);
}
