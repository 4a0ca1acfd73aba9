import { once } from "node:events";
import { createServer } from "node:net";
import { isSystemError } from "../../errors.ts";
import { findServer, toLocalUrl } from "../find-server.ts";
import { type Check, type Found, fault, fine, type Patient } from "./finding.ts";
import { describeProcess, findListener } from "./processes.ts";

export const checkPort: Check = {
  area: "port",
  async *examine(patient) {
    const { host, port, encoderServerPort } = patient.config;
    yield* checkOne(patient);
    if (port !== 0 && port === encoderServerPort)
      yield fault(
        "ports-equal",
        `The search server and the embedding server are both to listen on port ${port}.`,
        "--port N",
      );
    if (port === 0) yield fine(`a free port on ${host}`);
  },
};

async function* checkOne({ config: { host, port }, machine }: Patient): AsyncIterable<Found> {
  const code = await tryPort(host, port);
  switch (code) {
    case undefined:
      yield fine(`port ${port} on ${host} is free`);
      return;
    case "EADDRINUSE": {
      const server = await findServer(toLocalUrl(host, port));
      const who = findListener(port, machine);
      const name = who === undefined ? "a process that cannot be seen from here" : describeProcess(who);
      if (server !== undefined)
        yield fine(
          `port ${port} on ${host}: wenxun${server.version === undefined ? "" : ` ${server.version}`} runs there, as ${name}`,
        );
      else
        yield fault(
          "port-in-use",
          `Port ${port} on ${host} is taken by ${name}, which is no wenxun.`,
          who === undefined
            ? `sudo ss -ltnp 'sport = :${port}'   (names it); or --port N`
            : `kill ${who.id}   (if it is not needed); or --port N`,
        );
      return;
    }
    case "EACCES":
      yield fault(
        "port-forbidden",
        `Port ${port} is one that only root may listen on.`,
        "--port 8600   (behind a proxy that has port 443; see docs/DEPLOY.md)",
      );
      return;
    default:
      yield fault(
        "host-wrong",
        `Nothing can listen on ${host} (${code}): it is no address of this machine.`,
        "--host 127.0.0.1   (or 0.0.0.0 for every address of this machine)",
      );
  }
}

/** Why a port cannot be listened on; undefined where it can. */
async function tryPort(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ host, port });
    await once(server, "listening");
    return undefined;
  } catch (error) {
    if (isSystemError(error)) return error.code;
    throw error;
  } finally {
    server.close();
  }
}
