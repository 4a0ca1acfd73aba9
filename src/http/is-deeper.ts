/** Whether a value of JSON has more than so many lists and objects within each other. What recurses through a value must not meet a deep one. */
export const isDeeper = (value: unknown, most: number): boolean =>
  typeof value === "object" &&
  value !== null &&
  (most === 0 || Object.values(value).some((one) => isDeeper(one, most - 1)));
