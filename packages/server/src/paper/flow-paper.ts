/** The hand-over paper of a flow, from its document and the connectors around it. Figures are given by whoever has a ledger; a folder has none. */
import {
  DEFAULT_ZONE,
  formatInstant,
  type Api,
  type Connection,
  type Connector,
  type Field,
  type Flow,
  type MappingField,
} from "@datong/core";
import type { Workspace } from "@datong/engine";
import type { Paper, PaperSection, Reader } from "./paper.ts";
import { paperWords, type PaperWords } from "./words.ts";

export interface FlowFigures {
  readonly revision: number | null;
  readonly isEnabled: boolean;
  readonly owner: string | null;
  /** Documents by status. */
  readonly counts: readonly { readonly status: string; readonly documents: number }[];
  readonly lastRunAt: number | null;
  readonly watermarkAt: number | null;
  readonly alerts: readonly { readonly id: string; readonly when: string; readonly channels: readonly string[] }[];
  /** A document as it was sent last, by the target's paths. */
  readonly example: ReadonlyMap<string, string>;
}

interface Side {
  readonly connection: Connection | undefined;
  readonly connector: Connector | undefined;
  readonly api: Api | undefined;
}

export function flowPaper(workspace: Workspace, flow: Flow, reader: Reader, figures?: FlowFigures): Paper {
  const words = paperWords(reader);
  const source = sideOf(workspace, flow.source.connection, flow.source.api);
  const target = sideOf(workspace, flow.target.connection, flow.target.api);
  const labels = labelsOf(source.api?.response ?? [], reader);
  const example = figures?.example ?? new Map<string, string>();
  const back = flow.writeBack;
  return {
    title: words.flow(flow.name ?? flow.id),
    sections: [
      purposeOf(flow, source, target, reader, figures),
      systemsOf(flow, source, target, workspace, reader),
      paramsOf(words.params, flow.source.params ?? {}, source.api?.request ?? [], reader),
      paramsOf(words.options, flow.target.options ?? {}, target.api?.options ?? [], reader),
      { title: words.conditions, lines: jsonLines(flow.source.condition, words.none) },
      { title: words.restructure, lines: (flow.restructure ?? []).map((step) => JSON.stringify(step)) },
      {
        title: words.mapping,
        table: { head: words.mappingHead, rows: mappingRows(flow.mapping, target.api?.request ?? [], labels, reader, example) },
      },
      ...(back === undefined
        ? []
        : [
            {
              title: words.writeBackMapping,
              table: { head: words.mappingHead, rows: mappingRows(back.mapping, [], labels, reader, new Map()) },
            },
          ]),
      tablesOf(workspace, flow, words),
      scheduleOf(flow, words),
      ...(figures === undefined ? [] : [alertsOf(figures, words), figuresOf(figures, words)]),
    ].filter(({ lines, table }) => (lines?.length ?? 0) + (table?.rows.length ?? 0) > 0),
  };
}

function sideOf(workspace: Workspace, id: string, code: string): Side {
  const connection = workspace.connections.get(id)?.document;
  const connector = workspace.connectors.find(({ system }) => system === connection?.system);
  return { connection, connector, api: connector?.apis.find((api) => api.code === code) };
}

function purposeOf(flow: Flow, source: Side, target: Side, reader: Reader, figures?: FlowFigures): PaperSection {
  const words = paperWords(reader);
  const named = (side: Side, id: string): string => side.connector?.name[reader] ?? id;
  return {
    title: words.purpose,
    lines: [
      words.purposeLine(
        named(source, flow.source.connection),
        source.api?.name[reader] ?? flow.source.api,
        named(target, flow.target.connection),
        target.api?.name[reader] ?? flow.target.api,
      ),
      `${words.id}: ${flow.id}`,
      ...(figures === undefined
        ? []
        : [
            `${words.revision}: ${figures.revision ?? words.notPublished}`,
            `${words.state}: ${figures.isEnabled ? words.enabled : words.disabled}`,
            `${words.owner}: ${figures.owner ?? words.none}`,
          ]),
    ],
  };
}

function systemsOf(flow: Flow, source: Side, target: Side, workspace: Workspace, reader: Reader): PaperSection {
  const words = paperWords(reader);
  const row = (role: string, id: string, { connection, connector, api }: Side, code: string): readonly string[] => [
    role,
    connection?.name === undefined ? id : `${id} ${connection.name}`,
    connector?.name[reader] ?? connection?.system ?? "",
    words.environments[connection?.environment ?? "production"],
    api?.name[reader] ?? code,
    api?.operation ?? "",
  ];
  const back = flow.writeBack;
  const told = back?.connection ?? flow.source.connection;
  return {
    title: words.systems,
    table: {
      head: words.systemsHead,
      rows: [
        row(words.roles.source, flow.source.connection, source, flow.source.api),
        row(words.roles.target, flow.target.connection, target, flow.target.api),
        ...(back === undefined ? [] : [row(words.roles["write-back"], told, sideOf(workspace, told, back.api), back.api)]),
      ],
    },
  };
}

function paramsOf(title: string, given: Readonly<Record<string, string | null>>, fields: readonly Field[], reader: Reader): PaperSection {
  const words = paperWords(reader);
  const names = new Set([...fields.filter((field) => field.default !== undefined).map(({ field }) => field), ...Object.keys(given)]);
  const rows = [...names].map((name) => {
    const field = fields.find((each) => each.field === name);
    return [
      name,
      field === undefined ? "" : labelOf(field, reader),
      typeOf(field, words),
      field?.required === true ? words.yes : words.no,
      given[name] ?? field?.default ?? "",
    ];
  });
  return { title, table: { head: words.paramsHead, rows } };
}

/** Nested fields by their paths, each after the one that holds it. */
function mappingRows(
  mapping: readonly MappingField[],
  declared: readonly Field[],
  labels: ReadonlyMap<string, string>,
  reader: Reader,
  example: ReadonlyMap<string, string>,
  above = "",
): readonly (readonly string[])[] {
  const words = paperWords(reader);
  return mapping.flatMap((field) => {
    const path = above === "" ? field.field : `${above}.${field.field}`;
    const known = declared.find((each) => each.field === field.field);
    const value = field.value ?? "";
    const named = [...value.matchAll(/[\p{L}_][\p{L}\p{N}_.]*/gu)].flatMap(([name]) => {
      const label = labels.get(name);
      return label === undefined || label === name ? [] : [`${name} ${label}`];
    });
    const row = [
      path,
      field.label ?? (known === undefined ? "" : labelOf(known, reader)),
      typeOf(field.type === undefined ? known : ({ ...field, label: "", field: field.field, type: field.type } as Field), words),
      (field.required ?? known?.required) === true ? words.yes : words.no,
      value,
      [...new Set(named)].join("\n"),
      field.default ?? "",
      [
        ...(field.table === undefined ? [] : [field.table]),
        ...Object.entries(field.map ?? {})
          .slice(0, 20)
          .map(([from, to]) => `${from} → ${to}`),
      ].join("\n"),
      field.parser === undefined
        ? ""
        : typeof field.parser === "string"
          ? field.parser
          : [field.parser.name, field.parser.params].filter(Boolean).join(" "),
      example.get(path) ?? "",
    ];
    return [row, ...mappingRows(field.children ?? [], known?.children ?? [], labels, reader, example, path)];
  });
}

function tablesOf(workspace: Workspace, flow: Flow, words: PaperWords): PaperSection {
  const all = (fields: readonly MappingField[]): readonly string[] =>
    fields.flatMap((field) => [...(field.table === undefined ? [] : [field.table]), ...all(field.children ?? [])]);
  const names = [...new Set(all([...flow.mapping, ...(flow.writeBack?.mapping ?? [])]))];
  return {
    title: words.tables,
    table: {
      head: words.tablesHead,
      rows: names.map((name) => {
        const entry = workspace.tables.get(name);
        return entry?.kind === "ready" ? [name, entry.table.columns.join(", "), String(entry.table.rows.length)] : [name, "", ""];
      }),
    },
  };
}

const DELAYS = [20, 300, 3_600, 14_400, 72_000];

function scheduleOf({ source, target, dispatch }: Flow, words: PaperWords): PaperSection {
  const side = (label: string, schedule: Flow["dispatch"]["source"]): string =>
    schedule === undefined
      ? `${label}: ${words.byHand}`
      : `${label}: ${[
          words.cron(schedule.cron, schedule.zone ?? DEFAULT_ZONE),
          ...(schedule.windows === undefined ? [] : [words.windows(schedule.windows.join(", "))]),
          words.misfire(schedule.misfire ?? "last"),
        ].join("; ")}`;
  const { retries } = dispatch;
  return {
    title: words.schedule,
    lines: [
      side(words.source, dispatch.source),
      side(words.target, dispatch.target),
      ...(dispatch.after === undefined ? [] : [words.after(dispatch.after)]),
      ...(dispatch.precondition === undefined ? [] : [words.precondition(dispatch.precondition.flow)]),
      source.watermark === undefined ? words.whole : words.watermark(source.watermark.start ?? "–"),
      `${words.retries}: ${words.retriesLine(retries?.count ?? DELAYS.length, (retries?.delaysS ?? DELAYS).join(", "))}`,
      `${words.changed}: ${words.changedWords[target.changed ?? "hold"]}`,
      ...(target.orderKey === undefined ? [] : [`${words.order}: ${target.orderKey}`]),
    ],
  };
}

function alertsOf({ alerts }: FlowFigures, words: PaperWords): PaperSection {
  return {
    title: words.alerts,
    table: { head: words.alertsHead, rows: alerts.map(({ id, when, channels }) => [id, when, channels.join(", ")]) },
  };
}

function figuresOf({ counts, lastRunAt, watermarkAt }: FlowFigures, words: PaperWords): PaperSection {
  return {
    title: words.figures,
    lines: [
      ...counts.map(({ status, documents }) => words.figure(status, documents)),
      ...(lastRunAt === null ? [] : [`${words.read}: ${formatInstant(lastRunAt, "datetime")}`]),
      ...(watermarkAt === null ? [] : [`${words.readUpTo}: ${formatInstant(watermarkAt, "datetime")}`]),
    ],
  };
}

function jsonLines(value: unknown, none: string): readonly string[] {
  if (value === undefined) return [none];
  return Array.isArray(value) ? value.map((each) => JSON.stringify(each)) : [JSON.stringify(value)];
}

/** Labels of the source's fields by path, those of lines too. */
function labelsOf(fields: readonly Field[], reader: Reader, above = ""): ReadonlyMap<string, string> {
  return new Map(
    fields.flatMap((field): [string, string][] => {
      const path = above === "" ? field.field : `${above}.${field.field}`;
      return [[path, labelOf(field, reader)], ...labelsOf(field.children ?? [], reader, path)];
    }),
  );
}

export function labelOf(field: Field, reader: Reader): string {
  return reader === "en" ? (field.labelEn ?? field.label) : field.label;
}

export function typeOf(field: Field | undefined, words: PaperWords): string {
  return field === undefined ? "" : words.types[field.type ?? "string"];
}
