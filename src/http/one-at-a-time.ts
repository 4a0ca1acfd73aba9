import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** From so many requests that wait on one connection on, it is read no further until some of them are answered. */
const MAX_UNREAD = 16;

/**
 * Requests that wait behind another on their connection, of all connections together. What is read at a time may hold two thousand
 * short ones, which take more than 4 kB each once they are parsed; the connection that sends one too many is closed.
 */
const MAX_WAITING = 250;

interface Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Answers the requests of a connection one after the other: the next is begun when the answer to the one before has left. A client may
 * send requests ahead (HTTP/1.1 pipelining); without this all of them would be worked on at once, and their answers kept until it reads them.
 */
export function oneAtATime(handle: RequestListener): RequestListener {
  const queues = new WeakMap<Socket, Waiting[]>();
  const watched = new WeakSet<Socket>();
  let waiting = 0;

  const begin = ({ request, response }: Waiting): void => {
    const { socket } = request;
    response.once("close", () => next(socket));
    handle(request, response);
  };

  const next = (socket: Socket): void => {
    const queue = queues.get(socket);
    if (socket.destroyed) forget(socket);
    const following = queue?.shift();
    if (queue === undefined || following === undefined) {
      queues.delete(socket);
      return;
    }
    waiting--;
    if (queue.length < MAX_UNREAD && socket.isPaused()) socket.resume();
    begin(following);
  };

  return (request, response) => {
    const { socket } = request;
    // Its last answer has left already.
    if (socket.writableEnded) return;
    const queue = queues.get(socket);
    if (queue === undefined) {
      queues.set(socket, []);
      begin({ request, response });
      return;
    }
    if (socket.destroyed) return;
    if (waiting >= MAX_WAITING) {
      socket.destroy();
      stopParsing(socket);
      return;
    }
    if (!watched.has(socket)) socket.once("close", () => forget(socket));
    watched.add(socket);
    queue.push({ request, response });
    waiting++;
    if (queue.length >= MAX_UNREAD) socket.pause();
  };

  function forget(socket: Socket): void {
    const queue = queues.get(socket);
    if (queue === undefined) return;
    waiting -= queue.length;
    queue.length = 0;
  }
}

/** What Node.js keeps with a connection, and does not document: `onIncoming` is called for each request whose head has been read. */
interface Parsed {
  readonly parser?: { onIncoming?: unknown } | null;
}

/** Said by `onIncoming`: what follows is another protocol's. */
const NO_MORE_REQUESTS = 2;

/**
 * A connection that is closed is read no further, but Node.js still parses all that has come of it: 64 KB hold 1,700 requests, which take
 * 7 MB and 100 ms. Where it cannot be told to stop, it goes on.
 */
function stopParsing(socket: Socket & Parsed): void {
  if (typeof socket.parser?.onIncoming === "function") socket.parser.onIncoming = () => NO_MORE_REQUESTS;
}
