/**
 * The lines of a reply as they come, without their ends; an empty one is passed over.
 * @param breakOff throws what a reply is to fail with whose end does not come
 */
export async function* readLines(
  { body }: Response,
  breakOff: (error: unknown) => never,
): AsyncGenerator<string, void> {
  if (body === null) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(breakOff);
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const lines = rest.split("\n");
      rest = done ? "" : (lines.pop() ?? "");
      for (const line of lines) if (line !== "") yield line;
      if (done) return;
    }
  } finally {
    // Who has seen enough need not read the rest.
    await reader.cancel().catch(() => {});
  }
}
