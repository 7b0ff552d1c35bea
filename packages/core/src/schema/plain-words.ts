/**
 * What a schema asks, in plain words of both languages; in: the keyword that was not kept and its parameters. The validators' own sentences
 * are written for programmers and are there in English alone.
 */
export interface PlainWords {
  readonly zh: string;
  readonly en: string;
}

type Params = Readonly<Record<string, unknown>>;

export function plainWords(keyword: string, params: Params): PlainWords | null {
  const limit = String(params["limit"]);
  const one = params["limit"] === 1;
  switch (keyword) {
    case "minLength":
      return one ? { zh: "没有填写", en: "is empty" } : { zh: `至少 ${limit} 个字符`, en: `takes at least ${limit} characters` };
    case "maxLength":
      return { zh: `最多 ${limit} 个字符`, en: `takes at most ${limit} character${one ? "" : "s"}` };
    case "minItems":
    case "minProperties":
      return one
        ? { zh: "至少要有一项", en: "takes at least one entry" }
        : { zh: `至少 ${limit} 项`, en: `takes at least ${limit} entries` };
    case "maxItems":
    case "maxProperties":
      return { zh: `最多 ${limit} 项`, en: `takes at most ${limit} ${one ? "entry" : "entries"}` };
    case "minimum":
      return { zh: `不能小于 ${limit}`, en: `must be ${limit} or more` };
    case "maximum":
      return { zh: `不能大于 ${limit}`, en: `must be ${limit} or less` };
    case "exclusiveMinimum":
      return { zh: `须大于 ${limit}`, en: `must be more than ${limit}` };
    case "exclusiveMaximum":
      return { zh: `须小于 ${limit}`, en: `must be less than ${limit}` };
    case "multipleOf":
      return { zh: `须为 ${String(params["multipleOf"])} 的倍数`, en: `must be a multiple of ${String(params["multipleOf"])}` };
    case "uniqueItems":
      return { zh: "有重复的项", en: "names an entry twice" };
    case "pattern":
      return { zh: `写法须符合 ${String(params["pattern"])}`, en: `must be written as ${String(params["pattern"])} says` };
    case "enum":
      return Array.isArray(params["allowedValues"])
        ? { zh: `只能是 ${params["allowedValues"].join("、")}`, en: `must be one of ${params["allowedValues"].join(", ")}` }
        : null;
    case "anyOf":
    case "oneOf":
      return { zh: "须为这里可用的写法之一", en: "must be one of the forms that may stand here" };
    default:
      return null;
  }
}
