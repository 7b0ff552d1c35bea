/**
 * A connector with its captions and help in both languages. The folders keep what the vendor's pages say, word for word; here unnamed
 * fields get a caption, Chinese ones their English, and help that only repeats the caption goes.
 *
 * Why here: some words stand in a hundred fields; said once, they are the same everywhere, in the console, in papers and in suggestions.
 */
import type { Connector, Field } from "@datong/core";
import { BILL_CAPTIONS } from "./of-bills.ts";
import { GOODS_CAPTIONS } from "./of-goods.ts";
import { HELP } from "./of-help.ts";
import { PEOPLE_CAPTIONS } from "./of-people.ts";
import { UNNAMED } from "./of-unnamed.ts";

/** What a copied page has where it says nothing. */
const FILLER = "_autoFillResponse";
const BILINGUAL = / ?\/ (?=\p{Script=Latin})/u;

const ENGLISH: Readonly<Record<string, string>> = { ...BILL_CAPTIONS, ...GOODS_CAPTIONS, ...PEOPLE_CAPTIONS };

export function captioned(connector: Connector): Connector {
  const unnamed = UNNAMED[connector.system] ?? {};
  const of = (fields: readonly Field[]): Field[] => fields.map((field) => captionedField(field, unnamed, ""));
  return {
    ...connector,
    settings: of(connector.settings),
    apis: connector.apis.map((api) => ({
      ...api,
      request: of(api.request),
      response: of(api.response),
      ...(api.options === undefined ? {} : { options: of(api.options) }),
    })),
  };
}

function captionedField(field: Field, unnamed: Readonly<Record<string, string>>, above: string): Field {
  const path = `${above}${field.field}`;
  const isNamed = field.label !== "" && field.label !== field.field;
  const label = isNamed ? field.label : (unnamed[path] ?? unnamed[field.field] ?? field.label);
  const labelEn = field.labelEn ?? ENGLISH[label];
  const { description, children, ...rest } = field;
  return {
    ...rest,
    label,
    ...(labelEn === undefined ? {} : { labelEn }),
    ...helpOf(description, field),
    ...(children === undefined ? {} : { children: children.map((child) => captionedField(child, unnamed, `${path}.`)) }),
  };
}

function helpOf(text: string | undefined, { label, descriptionEn }: Field): Pick<Field, "description" | "descriptionEn"> {
  if (text === undefined || text === FILLER || text === label) return {};
  const [description = "", english = descriptionEn ?? HELP[text]] = text.split(BILINGUAL);
  return english === undefined ? { description } : { description, descriptionEn: english };
}
