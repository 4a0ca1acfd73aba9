import { createAddressTest } from "../../access/addresses.ts";
import { type Check, type Found, fault, fine, type Patient, warning } from "./finding.ts";

const isLoopbackAddress = createAddressTest(["127.0.0.0/8", "::1"]);
export const isLoopback = (host: string): boolean => {
  const name = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || isLoopbackAddress(name);
};

export const checkProxy: Check = {
  area: "proxy",
  *examine(patient) {
    yield* checkForward(patient);
    yield* checkReverse(patient);
    const { publicUrl, trustedProxies = [] } = patient.config;
    yield fine(
      publicUrl === undefined && trustedProxies.length === 0
        ? "no reverse proxy is set up"
        : `readers come to ${publicUrl ?? "the name that they ask for"}; believed: ${trustedProxies.join(", ") || "nobody"}`,
    );
  },
};

/** Proxies through which this machine asks others. */
function* checkForward({ env, config: { encoder }, hasSources }: Patient): Iterable<Found> {
  const named = PROXY_VARIABLES.flatMap((name) => [name, name.toLowerCase()]).filter((name) => env[name]);
  const [variable] = named;
  if (variable === undefined) return;
  const exceptions = (env.NO_PROXY ?? env.no_proxy ?? "").split(/[\s,]+/);
  const isUsed = env.NODE_USE_ENV_PROXY === "1" || /--use-env-proxy/.test(env.NODE_OPTIONS ?? "");
  const skipsLoopback =
    ["127.0.0.1", "localhost"].every((name) => exceptions.includes(name)) || exceptions.includes("*");
  const mend = `export NO_PROXY=${[...exceptions, "127.0.0.1", "localhost", "::1"].filter((name) => name !== "").join(",")}`;
  const servers =
    encoder.kind === "remote" ? [encoder.url, ...(encoder.others ?? [])].map((url) => new URL(url).hostname) : [];
  if (!skipsLoopback && isUsed && servers.some(isLoopback))
    yield fault(
      "proxy-loopback",
      `${variable} sends what is asked of the embedding server on this machine to a proxy, which cannot reach it.`,
      mend,
    );
  else if (!skipsLoopback)
    yield warning(
      "proxy-loopback",
      `${variable} is set without exceptions for this machine: curl and other programs ask the proxy for http://127.0.0.1.`,
      mend,
    );
  if (!isUsed && servers.some((host) => !isLoopback(host)))
    yield warning(
      "proxy-unused",
      `${variable} is set, and wenxun asks the embedding server directly.`,
      "export NODE_USE_ENV_PROXY=1   (where it can only be reached through the proxy)",
    );
  if (hasSources)
    yield warning(
      "proxy-unused-by-sources",
      `${variable} is set, and what is followed is fetched directly: through a proxy nobody could tell which address is asked.`,
      "allow this machine to reach those sites, or fetch them elsewhere (docs/SOURCES.md)",
    );
}

const PROXY_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/** Proxies through which others ask this server. */
function* checkReverse({
  config: { publicUrl, trustedProxies = [], host, allowedHosts, access, proxyScopes },
}: Patient): Iterable<Found> {
  const believed = trustedProxies.join(", ");
  const everybody = trustedProxies.filter((range) => EVERYBODY.test(range));
  if (everybody.length > 0)
    yield fault(
      "proxy-everybody",
      `trusted-proxies believes everybody (${everybody.join(", ")}): each client can choose its own address${access === "proxy" ? ", and its own name" : ""}.`,
      "--trusted-proxies 127.0.0.1   (the address from which your proxy connects)",
    );
  if (
    publicUrl !== undefined &&
    !isLoopback(new URL(publicUrl).hostname) &&
    trustedProxies.length === 0 &&
    isLoopback(host)
  )
    yield warning(
      "proxy-not-trusted",
      `Readers come to ${publicUrl} through a proxy, and none is believed: all of them share one place, one rate limit and one name in the audit log.`,
      "--trusted-proxies 127.0.0.1   (the address from which your proxy connects)",
    );
  if (publicUrl === undefined && trustedProxies.length > 0 && !allowedHosts.includes("*") && allowedHosts.length === 0)
    yield warning(
      "public-url-unset",
      `A proxy is believed (${believed}), and nothing says under which address readers come: links in feeds go by what each request says, and its host name may be refused (421).`,
      "--public-url https://NAME/",
    );
  if (access === "proxy" && proxyScopes.some((scope) => scope === "admin" || scope === "delete"))
    yield warning(
      "proxy-scopes-wide",
      `Whoever the proxy names may do this: ${proxyScopes.join(", ")}.`,
      "--proxy-scopes search,read",
    );
}

/** Ranges that hold every address. */
const EVERYBODY = /\/0$/;
