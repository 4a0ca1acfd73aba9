import { BlockList, isIP } from "node:net";

/** IPv4 as a socket of both families writes it: `::ffff:192.0.2.1`. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Tells whether an address is one of these, or lies in one of these ranges: `192.0.2.1`, `10.0.0.0/8`, `2001:db8::/32`. */
export function createAddressTest(ranges: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits] = range.split("/");
    const isShort = isIP(address) === 4;
    list.addSubnet(address, bits === undefined ? (isShort ? 32 : 128) : Number(bits), isShort ? "ipv4" : "ipv6");
  }
  return (address = "") => {
    const plain = MAPPED.exec(address)?.[1] ?? address;
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 4 ? "ipv4" : "ipv6");
  };
}
