import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { toClientKey } from "./client-key.ts";

/** What a connection is up to, in the order in which connections are given up for new ones. */
const IDLE = 0;
const SENDING_BODY = 1;
const NOT_READING = 2;
const ANSWERED = 3;

interface Connection {
  readonly socket: Socket;
  readonly client: string;
  /** The request under way; undefined between requests and while the head of one is being sent. */
  request: IncomingMessage | undefined;
  response: ServerResponse | undefined;
}

/**
 * Keeps a server within a number of connections. One more takes the place of one that does nothing for its client: that of the client
 * with the most, idle or half sent before one that sends a body, before one that does not read its answer; the oldest first. So whoever
 * opens a thousand and sends nothing locks nobody out. A connection whose request is being worked on is never given up.
 */
export function limitConnections(server: Server, maxConnections: number): void {
  // In the order in which they last began to wait: a Map keeps it.
  const connections = new Map<Socket, Connection>();
  const counts = new Map<string, number>();

  server.on("connection", (socket: Socket) => {
    const client = toClientKey(socket.remoteAddress ?? "");
    const connection: Connection = { socket, client, request: undefined, response: undefined };
    connections.set(socket, connection);
    counts.set(client, (counts.get(client) ?? 0) + 1);
    socket.once("close", () => {
      if (connections.delete(socket)) discount(client);
    });
    if (connections.size > maxConnections) giveUp(chooseVictim(connection));
  });

  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(request.socket);
    if (connection === undefined) return;
    connection.request = request;
    connection.response = response;
    response.once("close", () => {
      if (connection.response !== response) return;
      connection.request = undefined;
      connection.response = undefined;
      // To the end: it waits since now.
      if (connections.delete(connection.socket)) connections.set(connection.socket, connection);
    });
  });

  function chooseVictim(newest: Connection): Connection {
    let victim = newest;
    let [most, mildest] = [0, ANSWERED];
    for (const connection of connections.values()) {
      const state = stateOf(connection);
      const count = counts.get(connection.client) ?? 0;
      if (connection === newest || state === ANSWERED) continue;
      if (count < most || (count === most && state >= mildest)) continue;
      [victim, most, mildest] = [connection, count, state];
    }
    return victim;
  }

  function giveUp({ socket, client }: Connection): void {
    if (connections.delete(socket)) discount(client);
    socket.destroy();
  }

  function discount(client: string): void {
    const count = (counts.get(client) ?? 1) - 1;
    if (count === 0) counts.delete(client);
    else counts.set(client, count);
  }
}

function stateOf({ request, response }: Connection): number {
  if (request === undefined || response === undefined) return IDLE;
  if (response.writableEnded) return NOT_READING;
  return request.complete ? ANSWERED : SENDING_BODY;
}
