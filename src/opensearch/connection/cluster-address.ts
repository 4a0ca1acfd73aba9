import { AppError } from "../../errors.ts";

/** Where an archive in a cluster is, as `--archive` names it. */
export interface ClusterAddress {
  /** One address for each host, without user, password and path. */
  readonly nodes: readonly string[];
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** What the names of its indices begin with. */
  readonly prefix: string;
}

const SCHEME = /^opensearch\+(https?):\/\//i;

/** Names of indices are lower case; a prefix leaves room for what follows it. */
const PREFIX = /^[a-z0-9][a-z0-9_-]{0,99}$/;

const DEFAULT_PORT = 9200;

/** Whether an archive's name is the address of a cluster, and not a folder. */
export const isClusterAddress = (archive: string): boolean => SCHEME.test(archive);

/**
 * Takes `opensearch+https://user@host1:9200,host2:9200/prefix` apart.
 * @param password of the user, where the address has none
 * @throws AppError `usage`.
 */
export function parseClusterAddress(address: string, password?: string): ClusterAddress {
  const [opening = "", protocol = ""] = SCHEME.exec(address) ?? [];
  const [authority = "", ...path] = address.slice(opening.length).split("/");
  const at = authority.lastIndexOf("@");
  const [user, own] = at < 0 ? [] : splitOnce(authority.slice(0, at), ":");
  const prefix = path.join("/").replace(/\/$/, "");
  if (opening === "" || !PREFIX.test(prefix)) throw refuse(address);
  const nodes = authority
    .slice(at + 1)
    .split(",")
    .map((host) => toNode(protocol.toLowerCase(), host) ?? fail(address));
  if (user !== undefined && (own ?? password) === undefined)
    throw new AppError("usage", `The address of the cluster names the user ${user}, and no password is set for it.`, {
      remedy: { code: "set-option", option: "cluster-password", does: "gives it" },
    });
  return { nodes, user, password: user === undefined ? undefined : (own ?? password), prefix };
}

/** The address as it may be shown: without a password. */
export const toShownAddress = (address: string): string => address.replace(/^([^/]+\/\/[^/@:]*):[^/]*@/, "$1@");

function toNode(protocol: string, host: string): string | undefined {
  try {
    const url = new URL(`${protocol}://${host}`);
    if (url.hostname === "" || url.pathname !== "/" || url.search !== "" || url.username !== "") return undefined;
    const hasPort = /:\d+$/.test(host);
    return `${protocol}://${url.hostname}:${hasPort ? url.port || (protocol === "https" ? "443" : "80") : DEFAULT_PORT}`;
  } catch {
    return undefined;
  }
}

function splitOnce(text: string, separator: string): (string | undefined)[] {
  const at = text.indexOf(separator);
  const parts = at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
  return parts.map(decode);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone % stands for itself.
    return text;
  }
}

const refuse = (address: string): AppError =>
  new AppError(
    "usage",
    `${toShownAddress(address)} is no address of an archive in a cluster: wanted opensearch+https://user@host:9200/prefix, several hosts with commas between them, the prefix in lower-case letters, digits, - and _.`,
  );

function fail(address: string): never {
  throw refuse(address);
}
