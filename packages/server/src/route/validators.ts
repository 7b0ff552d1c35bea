/**
 * The validators of what requests bring. Each is compiled when the first request needs it: all of them at once are a fifth of a start,
 * and a process that serves a few pages needs few.
 */
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";

interface Part {
  readonly schema: unknown;
  readonly httpPart?: string | undefined;
}

/** As Fastify wants it: what is wrong stands in `errors` after a call. */
export interface Validator {
  (value: unknown): boolean;
  errors?: ErrorObject[] | null;
}

/** Texts of path and query become numbers and truth values where the schema asks for them; in a body a type is what it is. */
export function validatorCompiler(): (part: Part) => Validator {
  const exact = new Ajv({ strict: false });
  const coercing = new Ajv({ strict: false, coerceTypes: "array" });
  return ({ schema, httpPart }) => {
    let compiled: ValidateFunction | undefined;
    const validator: Validator = (value) => {
      compiled ??= (httpPart === "body" ? exact : coercing).compile(schema as object);
      const isValid = compiled(value);
      validator.errors = compiled.errors ?? null;
      return isValid;
    };
    return validator;
  };
}
