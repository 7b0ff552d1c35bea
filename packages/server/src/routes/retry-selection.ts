/** Which bills a retry is about, as it is asked for: given numbers, or many by status, code or cause. */
import { STATUSES, type Status } from "@datong/core";
import { Type } from "typebox";

export const StatusSchema = Type.Unsafe<Status>({ type: "string", enum: Object.keys(STATUSES) });
export const BillNumber = Type.String({ minLength: 1, maxLength: 200, description: "任一方单号 / The bill's number on either side" });

export const RetrySelection = {
  numbers: Type.Optional(Type.Array(BillNumber, { minItems: 1, maxItems: 500 })),
  status: Type.Optional(StatusSchema),
  code: Type.Optional(Type.String({ maxLength: 100 })),
  cause: Type.Optional(Type.String({ maxLength: 100 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
};
