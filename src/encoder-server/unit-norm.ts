import { AppError } from "../errors.ts";
import { Type } from "../http/schema.ts";

/** Whether vectors are wanted at norm 1, as clients of several servers say it; here they have no other. */
export const normalize = Type.Optional(
  Type.Union([Type.Boolean(), Type.Null()], { description: "Every vector has norm 1; false is refused." }),
);

/** @throws AppError `invalid-request` where vectors of another norm are wanted. */
export function assertUnitNorm(body: { readonly normalize?: boolean | null | undefined }): void {
  if (body.normalize !== false) return;
  throw new AppError("invalid-request", "normalize is false, but this server gives vectors of norm 1 only.");
}
