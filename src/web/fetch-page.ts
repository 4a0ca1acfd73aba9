/** A page of the server as a document; undefined without an answer, or when `signal` says that it is no longer wanted. */
export async function fetchPage(url: string, signal?: AbortSignal): Promise<Document | undefined> {
  try {
    const response = await fetch(url, { headers: { accept: "text/html" }, ...(signal && { signal }) });
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return undefined;
  }
}
