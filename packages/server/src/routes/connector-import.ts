/** What others describe as a private connector: an OpenAPI document, or Qeasy's parameter sheet. Made and told, not saved: a person confirms the guesses first. */
import { checkConnector, DatongError } from "@datong/core";
import { readSpreadsheet } from "@datong/engine";
import { connectorOfSheets } from "@datong/qeasy";
import { Type } from "typebox";
import { connectorIssues } from "../documents/connector-documents.ts";
import { importOpenApi } from "../openapi/import-openapi.ts";
import { OPENAPI_BYTES_MAX } from "../openapi/read-openapi.ts";
import { route, type Route } from "../route/route.ts";
import { AtWorkspace, closed, SpreadsheetFile } from "./shapes.ts";

const System = Type.String({ pattern: "^[a-z][a-z0-9-]*$", maxLength: 100, description: "系统标识 / The connector's id" });
const Guess = Type.Object({ path: Type.String(), zh: Type.String(), en: Type.String() });
const Imported = Type.Object({
  connector: Type.Unknown(),
  guesses: Type.Array(Guess, { description: "推断出的，须人确认 / What was inferred, for a person to confirm" }),
  leftOut: Type.Array(Type.Object({ operation: Type.String(), zh: Type.String(), en: Type.String() })),
  issues: Type.Array(Type.Unknown()),
});

const today = (nowMs: number): string => new Date(nowMs).toISOString().slice(0, 10);

export const CONNECTOR_IMPORT_ROUTES: readonly Route[] = [
  route({
    id: "importOpenApi",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/connector-imports/openapi",
    tag: "connectors",
    zh: "把 OpenAPI 3.x（JSON 或 YAML）转成私有适配器；不保存，推断的地方列在 guesses，确认后用保存接口存下",
    en: "OpenAPI 3.x (JSON or YAML) as a private connector; nothing is saved, what was inferred is in guesses: confirm it and save",
    right: "design",
    params: AtWorkspace,
    bodyBytesMax: OPENAPI_BYTES_MAX * 2,
    body: Type.Object(
      {
        text: Type.String({ maxLength: OPENAPI_BYTES_MAX, description: "文档原文 / The document's text" }),
        system: Type.Optional(System),
        tags: Type.Optional(
          Type.Array(Type.String({ maxLength: 200 }), {
            minItems: 1,
            maxItems: 100,
            description: "只要这些标签的接口 / Only operations with these tags",
          }),
        ),
      },
      closed,
    ),
    gives: Imported,
    handle: async ({ body, services }) => {
      const { text, ...rest } = body;
      const made = await importOpenApi(text, { ...rest, read: today(services.engine.ports.nowMs()) });
      return { ...made, issues: connectorIssues(made.issues) };
    },
  }),
  route({
    id: "importQeasySheet",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/connector-imports/qeasy-sheet",
    tag: "connectors",
    zh: "把轻易云的接口参数表（.xlsx 或 .csv，base64）转成私有适配器；不保存",
    en: "Qeasy's parameter sheet (.xlsx or .csv, base64) as a private connector; nothing is saved",
    right: "design",
    params: AtWorkspace,
    bodyBytesMax: 12 * 1024 * 1024,
    body: Type.Object(
      {
        ...SpreadsheetFile,
        system: System,
        name: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
      },
      closed,
    ),
    gives: Imported,
    handle: async ({ body, services }) => {
      const sheets = readSpreadsheet(body.file, Buffer.from(body.content, "base64"));
      const made = connectorOfSheets(sheets, {
        system: body.system,
        name: body.name ?? body.system,
        read: today(services.engine.ports.nowMs()),
      });
      if (made === null) throw new DatongError("SHEET_NO_TEMPLATE", { file: body.file });
      return { ...made, leftOut: [], issues: connectorIssues(checkConnector(made.connector, { file: body.system })) };
    },
  }),
];
