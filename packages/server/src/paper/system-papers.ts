/** The hand-over papers of a connection and of one API of it. Secrets are told to be there, never what they are. */
import type { Api, Connection, Connector, Field } from "@datong/core";
import type { ApiUse } from "../documents/api-uses.ts";
import { labelOf, typeOf } from "./flow-paper.ts";
import type { Paper, PaperSection, Reader } from "./paper.ts";
import { paperWords } from "./words.ts";

export interface ApiFigures {
  readonly api: string;
  readonly calls: number;
  readonly errors: number;
  readonly p95Ms: number | null;
}

type Use = Pick<ApiUse, "flow" | "name" | "isEnabled" | "role" | "api">;

export function connectionPaper(
  connection: Connection,
  connector: Connector,
  { uses, figures }: { readonly uses: readonly Use[]; readonly figures: readonly ApiFigures[] },
  reader: Reader,
): Paper {
  const words = paperWords(reader);
  const limits = { ...connector.limits, ...connection.limits };
  const apis = connector.apis.filter(
    ({ code }) => uses.some((use) => use.api === code) || figures.some((each) => each.api === code && each.calls > 0),
  );
  return {
    title: words.connection(connection.name ?? connection.id),
    sections: [
      {
        title: words.purpose,
        lines: [
          `${words.id}: ${connection.id}`,
          `${connector.name[reader]} (${connector.system})`,
          words.environments[connection.environment ?? "production"],
        ],
      },
      {
        title: words.settings,
        table: {
          head: words.settingsHead,
          rows: connector.settings.map((field) => [
            field.field,
            labelOf(field, reader),
            field.required === true ? words.yes : words.no,
            field.secret === true ? words.secret : (connection.settings[field.field] ?? field.default ?? ""),
          ]),
        },
      },
      {
        title: words.limits,
        lines: (["callsPerSecond", "callsPerMinute", "callsPerDay", "concurrency"] as const).flatMap((name) =>
          limits[name] === undefined ? [] : [`${words.limit[name]}: ${limits[name]}`],
        ),
      },
      {
        title: words.apis,
        table: {
          head: words.apisHead,
          rows: apis.map((api) => {
            const figure = figures.find((each) => each.api === api.code);
            const flows = [...new Set(uses.filter((use) => use.api === api.code).map(({ flow }) => flow))];
            return [
              api.code,
              api.name[reader],
              words.direction[api.direction],
              flows.join(", "),
              String(figure?.calls ?? 0),
              String(figure?.errors ?? 0),
              String(figure?.p95Ms ?? ""),
            ];
          }),
        },
      },
      usedBy(uses, reader),
    ],
  };
}

export function apiPaper(
  connection: Connection,
  connector: Connector,
  api: Api,
  { uses, figures }: { readonly uses: readonly Use[]; readonly figures: readonly ApiFigures[] },
  reader: Reader,
): Paper {
  const words = paperWords(reader);
  const figure = figures.find((each) => each.api === api.code);
  return {
    title: words.api(api.name[reader]),
    sections: [
      {
        title: words.purpose,
        lines: [
          `${connection.id} · ${connector.name[reader]}`,
          `${api.code} (${api.operation}) · ${words.direction[api.direction]}`,
          ...(api.source === undefined ? [] : [api.source]),
          ...(figure === undefined ? [] : [words.calls(figure.calls, figure.errors)]),
        ],
      },
      {
        title: words.shape,
        lines: [
          `${api.shape.method} ${api.shape.path}`,
          ...(api.paging === undefined ? [] : [`${words.paging}: ${JSON.stringify(api.paging)}`]),
        ],
      },
      fields(words.request, api.request, reader),
      fields(words.options, api.options ?? [], reader),
      fields(words.response, api.response, reader),
      usedBy(
        uses.filter((use) => use.api === api.code),
        reader,
      ),
    ],
  };
}

function fields(title: string, list: readonly Field[], reader: Reader): PaperSection {
  const words = paperWords(reader);
  const rows = (those: readonly Field[], above: string): readonly (readonly string[])[] =>
    those.flatMap((field) => {
      const path = above === "" ? field.field : `${above}.${field.field}`;
      const options = field.options === undefined ? "" : field.options.join(", ");
      return [
        [
          path,
          labelOf(field, reader),
          typeOf(field, words),
          field.required === true ? words.yes : words.no,
          field.default ?? "",
          [(reader === "en" ? (field.descriptionEn ?? field.description) : field.description) ?? "", options].filter(Boolean).join("\n"),
        ],
        ...rows(field.children ?? [], path),
      ];
    });
  return { title, table: { head: words.fieldsHead, rows: rows(list, "") } };
}

function usedBy(uses: readonly Use[], reader: Reader): PaperSection {
  const words = paperWords(reader);
  return {
    title: words.usedBy,
    table: {
      head: words.usedByHead,
      rows: uses.map(({ flow, name, role, isEnabled }) => [
        flow,
        name ?? "",
        words.roles[role],
        isEnabled ? words.enabled : words.disabled,
      ]),
    },
  };
}
