/** UTF-16 units of each text that are compared. */
export const MAX_COMPARED_UNITS = 100_000;
