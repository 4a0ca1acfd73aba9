/** `1 article is not as it was stored`, `2 articles are not as they were stored`: how a check says so. */
export const notAsStored = (count: number, one: string, many = `${one}s`): string =>
  count === 1 ? `1 ${one} is not as it was stored` : `${count} ${many} are not as they were stored`;
