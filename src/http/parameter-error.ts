import { AppError, type ErrorCode } from "../errors.ts";

/** A request that is refused for one of its parameters. */
export class ParameterError extends AppError {
  /** The outermost name, without what lies within it. */
  readonly param: string;

  constructor(code: ErrorCode, param: string, message: string) {
    super(code, message);
    this.param = param;
  }
}
