/** Which bills a retry is about, as it is asked for: given numbers, or many by status, code or cause. */
import { STATUSES, type Status } from "@datong/core";
import { Type, type Static } from "typebox";
import { AskedInstant } from "./shapes.ts";

export const StatusSchema = Type.Unsafe<Status>({ type: "string", enum: Object.keys(STATUSES) });
export const BillNumber = Type.String({ minLength: 1, maxLength: 200, description: "任一方单号 / The bill's number on either side" });

export const RetrySelection = {
  numbers: Type.Optional(Type.Array(BillNumber, { minItems: 1, maxItems: 500 })),
  status: Type.Optional(StatusSchema),
  code: Type.Optional(Type.String({ maxLength: 100 })),
  cause: Type.Optional(Type.String({ maxLength: 100 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
};

/** What a list of bills is narrowed by. */
export const RecordFilter = {
  status: Type.Optional(StatusSchema),
  number: Type.Optional(BillNumber),
  code: Type.Optional(Type.String({ maxLength: 100, description: "错误码，我们的或对方的 / A code, our own or the vendor's" })),
  cause: Type.Optional(Type.String({ maxLength: 100, description: "业务原因 / Business cause" })),
  from: Type.Optional(AskedInstant),
  to: Type.Optional(AskedInstant),
};

const Filter = Type.Object(RecordFilter);

/** As the ledger takes it. A code or cause belongs to what is open: to failures unless the status is said. */
export function listFilter({ from, to, ...rest }: Static<typeof Filter>) {
  const isSaid = rest.code !== undefined || rest.cause !== undefined;
  return {
    ...(isSaid && rest.number === undefined ? { status: "failed" as const } : {}),
    ...rest,
    ...(from === undefined ? {} : { fromMs: from }),
    ...(to === undefined ? {} : { toMs: to }),
  };
}
