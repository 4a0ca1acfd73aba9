import type { RequestListener } from "node:http";

/** Addresses of pages and of the API are shorter; one with a query of 10,000 characters has 90,000. */
const MAX_SHORT_ADDRESS = 4096;

/**
 * Begins one request with a long address in each turn of the event loop. Reading such a one takes up to ten milliseconds; some that come
 * at the same moment are read in one turn otherwise, and whoever comes after them waits for all.
 */
export function oneLongAddressATurn(handle: RequestListener): RequestListener {
  const waiting: (() => void)[] = [];
  const beginNext = (): void => {
    const begin = waiting.shift();
    if (waiting.length > 0) setImmediate(beginNext);
    begin?.();
  };
  return (request, response) => {
    if ((request.url?.length ?? 0) <= MAX_SHORT_ADDRESS) {
      handle(request, response);
      return;
    }
    if (waiting.length === 0) setImmediate(beginNext);
    // Who has gone meanwhile is not answered.
    waiting.push(() => {
      if (!request.socket.destroyed) handle(request, response);
    });
  };
}
