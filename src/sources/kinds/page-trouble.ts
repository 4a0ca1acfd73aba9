import { AppError } from "../../errors.ts";

const CODES: ReadonlySet<string> = new Set(["timeout", "unavailable", "payload-too-large"]);

/** Whether reading a page ended since it takes too much time or memory, by its own fault or because much else is read at the time. */
export const isPageTrouble = (error: unknown): error is AppError => error instanceof AppError && CODES.has(error.code);
