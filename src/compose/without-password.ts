/** An address as it may be shown: without the name and password that it may carry. */
export function withoutPassword(address: string): string {
  const url = new URL(address);
  url.username = "";
  url.password = "";
  return url.href;
}
