import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer as createNetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/config/paths.ts";

export const PROXIES = ["nginx", "caddy"] as const;
export type ProxyName = (typeof PROXIES)[number];

/** How the site lies behind the proxy: the second and third are two ways to lie under a path. */
export const WAYS = ["at the root", "under a path that is passed on", "under a path that is stripped"] as const;
export type Way = (typeof WAYS)[number];

export const isInstalled = (program: string): boolean =>
  spawnSync(program, ["version"], { stdio: "ignore" }).error === undefined;

/** Files of a certificate and its key. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate for localhost that nobody signed but itself. */
export function createCertificate(folder: string): Certificate {
  const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  const asked = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  execFileSync("openssl", ["req", ...asked, ...named, "-keyout", key, "-out", certificate], { stdio: "ignore" });
  return { certificate, key };
}

/**
 * What makes Chromium take a certificate as one that is signed: to overlook its errors is not enough, since a site whose certificate is
 * in error gets no service worker.
 */
export function trustCertificate({ certificate }: Certificate): string {
  const { publicKey } = new X509Certificate(readFileSync(certificate));
  const hash = createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("base64");
  return `--ignore-certificate-errors-spki-list=${hash}`;
}

export interface ProxyOptions {
  readonly proxy: ProxyName;
  readonly files: Certificate;
  readonly way: Way;
  /** Where it listens, with TLS, on this machine. */
  readonly port: number;
  /** Where wenxun listens. */
  readonly upstreamPort: number;
}

/** Starts a proxy with the configuration that deploy/ has for it, changed only where it names ports, host and certificates. */
export async function startProxy(options: ProxyOptions): Promise<{ stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), `wenxun-${options.proxy}-`));
  const [command, ...args] = options.proxy === "nginx" ? writeNginx(folder, options) : writeCaddy(folder, options);
  const child = spawn(command, args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  let said = "";
  child.stderr.on("data", (data: Buffer) => {
    said += data.toString();
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitForPort(options.port, child);
  } catch (error) {
    await stop();
    throw new Error(`${options.proxy} did not start: ${said}`, { cause: error });
  }
  return { stop };
}

type Command = readonly [string, ...string[]];
const readDeploy = (name: string): string => readFileSync(join(packageRoot, "deploy", name), "utf8");

function writeNginx(folder: string, { way, port, upstreamPort, files: { certificate, key } }: ProxyOptions): Command {
  const tls = `listen 127.0.0.1:${port} ssl http2; ssl_certificate ${certificate}; ssl_certificate_key ${key};`;
  const site =
    way === "at the root"
      ? readDeploy("nginx.conf")
          .replace(/server \{\s*listen 80;[\s\S]*?\n\}/, "")
          .replace(/listen 443[^;]*;/, tls)
          .replace(/^ *ssl_certificate(?:_key)? +\/etc.*$/gm, "")
          .replaceAll("example.org", "localhost")
      : `server { server_name localhost; ${tls}\n${readDeploy("nginx-path.conf")} }`;
  const stripped =
    way === WAYS[2] ? site.replace("proxy_pass http://127.0.0.1:8600;", "proxy_pass http://127.0.0.1:8600/;") : site;
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `daemon off; pid ${folder}/nginx.pid; error_log stderr warn; worker_processes 1; events {}
http { access_log off; ${temporary.join(" ")} ${stripped.replaceAll("127.0.0.1:8600", `127.0.0.1:${upstreamPort}`)} }\n`,
  );
  return ["nginx", "-e", "stderr", "-p", folder, "-c", file];
}

function writeCaddy(folder: string, { way, port, upstreamPort, files: { certificate, key } }: ProxyOptions): Command {
  const site = readDeploy(way === "at the root" ? "Caddyfile" : "Caddyfile-path");
  const stripped = way === WAYS[2] ? site.replace("handle /news/*", "handle_path /news/*") : site;
  const file = join(folder, "Caddyfile");
  writeFileSync(
    file,
    `{\n\tadmin off\n\tauto_https off\n\tservers {\n\t\tprotocols h1 h2\n\t}\n}\n${stripped
      .replace("example.org {", `https://localhost:${port} {\n\tbind 127.0.0.1\n\ttls ${certificate} ${key}`)
      .replaceAll("127.0.0.1:8600", `127.0.0.1:${upstreamPort}`)}`,
  );
  return ["caddy", "run", "--config", file, "--adapter", "caddyfile"];
}

const PATIENCE_MS = 15_000;

async function waitForPort(port: number, child: ChildProcess): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (!(await isListening(port))) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    if (Date.now() > until) throw new Error(`nothing listens on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => socket.end(() => resolve(true)));
    socket.once("error", () => resolve(false));
  });

/** A port of this machine that was free a moment ago. */
export async function findPort(): Promise<number> {
  const server = createNetServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Why proxies cannot be tested here; false where they can. */
export const whyNoProxy = (proxy: ProxyName): string | false => {
  if (!isInstalled(proxy)) return `no ${proxy}`;
  return existsSync("/usr/bin/openssl") ? false : "no openssl, which makes the certificate";
};
