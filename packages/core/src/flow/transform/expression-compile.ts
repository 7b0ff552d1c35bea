/**
 * Turns the tree of an expression into closures: done once per flow, run once per record. Never JavaScript source.
 *
 * Bounds: steps per evaluation, length of texts; numbers are bounded by value/decimal.ts.
 */
import { DatongError } from "../../error/index.ts";
import { add, decimalToJson, div, ExactNumber, mod, mul, round, sub, type Decimal, type Json } from "../../value/index.ts";
import { countsInAggregate, functionRow, type FunctionContext, type FunctionRow } from "./expression-function.ts";
import { parseExpression, type ExpressionNode, type Operator } from "./expression-parse.ts";
import {
  bindAnswer,
  bindValue,
  compareLoose,
  isScalar,
  numberOf,
  NumberValue,
  resultOf,
  textOf,
  truthOf,
  truthValue,
  type ExpressionValue,
  type Scalar,
} from "./expression-value.ts";
import { compileLookup, type Lookup } from "./lookup.ts";
import { bindPlaceholder, compileTextParts, type BoundPlaceholder } from "./template-bind.ts";
import { CHARACTERS_MAX, glimpse, shapeOf, valueError, type ValueSite } from "./template-error.ts";
import type { Column, Reference, Scope } from "./template-reference.ts";

const STEPS_MAX = 1_000_000;

/** One evaluation: its scope, its steps and, inside an aggregate, the columns and the line. */
interface Run {
  readonly scope: Scope;
  steps: number;
  columns: ReadonlyMap<Reference, Column> | undefined;
  line: number;
}

type Evaluate = (run: Run) => ExpressionValue;

export interface CompiledExpression {
  readonly references: readonly Reference[];
  readonly lookups: readonly Lookup[];
  readonly evaluate: (scope: Scope) => Json;
}

/** Compiles the expression that starts at an offset of the value's text. */
export function compileExpression(text: string, from: number, site: ValueSite): CompiledExpression {
  const compiler = new ExpressionCompiler(site);
  const evaluate = compiler.compile(parseExpression(text, from, site));
  return {
    references: compiler.references,
    lookups: compiler.lookups,
    evaluate: (scope) => resultOf(evaluate({ scope, steps: 0, columns: undefined, line: 0 })),
  };
}

class ExpressionCompiler {
  readonly references: Reference[] = [];
  readonly lookups: Lookup[] = [];
  private readonly site: ValueSite;
  /** The bindings of the aggregate being compiled; undefined outside. */
  private aggregated: BoundPlaceholder[] | undefined;

  constructor(site: ValueSite) {
    this.site = site;
  }

  /** Every node counts one step and tells its place when it fails. */
  compile(node: ExpressionNode): Evaluate {
    const evaluate = this.compileNode(node);
    const { site } = this;
    return (run) => {
      if (++run.steps > STEPS_MAX) throw valueError("EXPRESSION_TOO_LONG", site, node.offset, { stepsMax: STEPS_MAX });
      return evaluate(run);
    };
  }

  private compileNode(node: ExpressionNode): Evaluate {
    switch (node.kind) {
      case "number": {
        const value = new NumberValue(node.value, literalOf(node.text, node.value));
        return () => value;
      }
      case "constant": {
        const value = node.value === null ? null : truthValue(node.value);
        return () => value;
      }
      case "text":
        return this.compileText(node);
      case "bind":
        return this.compileBinding(node);
      case "lookup":
        return this.compileLookup(node);
      case "unary":
        return this.compileUnary(node);
      case "chain":
        return this.compileChain(node);
      case "isNull": {
        const operand = this.compile(node.operand);
        return (run) => truthValue((operand(run) === null) !== node.negated);
      }
      case "in":
        return this.compileIn(node);
      case "between":
        return this.compileBetween(node);
      case "case":
        return this.compileCase(node);
      case "call":
        return this.compileCall(node);
    }
  }

  private compileText(node: ExpressionNode & { kind: "text" }): Evaluate {
    if (node.parts.every((part) => part.kind === "text")) {
      const text = node.parts.map((part) => (part.kind === "text" ? part.text : "")).join("");
      return () => text;
    }
    if (this.aggregated !== undefined) this.refuse(node.offset, "汇总函数里的 {{}} 不加引号 / no quotes round {{}} inside an aggregate");
    const { references, readText } = compileTextParts(node.parts, this.site);
    this.references.push(...references);
    return (run) => readText(run.scope);
  }

  private compileBinding(node: ExpressionNode & { kind: "bind" }): Evaluate {
    const bound = bindPlaceholder(node.placeholder, this.site);
    const { reference } = bound;
    this.references.push(reference);
    if (this.aggregated === undefined) return (run) => bindValue(bound.read(run.scope));
    this.aggregated.push(bound);
    return (run) => {
      const column = run.columns?.get(reference);
      return bindValue(column === undefined ? bound.read(run.scope) : bound.filter(column[run.line], run.scope));
    };
  }

  private compileLookup(node: ExpressionNode & { kind: "lookup" }): Evaluate {
    if (this.aggregated !== undefined) this.refuse(node.offset, "汇总函数里不能查询 / no lookups inside an aggregate");
    const lookup = compileLookup(node.name, this.site.expression, node.from, node.to, this.site);
    this.lookups.push(lookup);
    this.references.push(...lookup.references);
    if (!node.quoted) return (run) => bindAnswer(lookup.read(run.scope));
    return (run) => textOf(this.scalar(bindValue(lookup.read(run.scope)), node.offset)) ?? "";
  }

  private compileUnary(node: ExpressionNode & { kind: "unary" }): Evaluate {
    const operand = this.compile(node.operand);
    const { offset } = node;
    if (node.operator === "not") {
      return (run) => {
        const truth = truthOf(this.scalar(operand(run), offset));
        return truthValue(truth === null ? null : !truth);
      };
    }
    return (run) => {
      const number = this.number(operand(run), offset);
      return number === null ? null : new NumberValue(number.neg());
    };
  }

  private compileChain(node: ExpressionNode & { kind: "chain" }): Evaluate {
    const first = this.compile(node.first);
    const links = node.links.map((link) => ({ ...link, evaluate: this.compile(link.operand) }));
    return (run) => {
      let value = first(run);
      for (const { operator, evaluate, offset } of links) {
        value = isLogic(operator)
          ? this.logic(operator, value, () => evaluate(run), offset)
          : this.binary(operator, value, evaluate(run), offset);
      }
      return value;
    };
  }

  private logic(operator: "or" | "xor" | "and", left: ExpressionValue, right: () => ExpressionValue, offset: number): Scalar {
    const a = truthOf(this.scalar(left, offset));
    if (operator === "and" && a === false) return truthValue(false);
    if (operator === "or" && a === true) return truthValue(true);
    const b = truthOf(this.scalar(right(), offset));
    if (operator === "xor") return truthValue(a === null || b === null ? null : a !== b);
    const decisive = operator === "or";
    if (b === decisive) return truthValue(decisive);
    return truthValue(a === null || b === null ? null : !decisive);
  }

  private binary(operator: Exclude<Operator, "or" | "xor" | "and">, left: ExpressionValue, right: ExpressionValue, offset: number): Scalar {
    const compared = COMPARED[operator];
    if (compared !== undefined) {
      const a = this.scalar(left, offset);
      const b = this.scalar(right, offset);
      if (operator === "<=>" && (a === null || b === null)) return truthValue(a === b);
      const order = compareLoose(a, b);
      return truthValue(order === null ? null : compared(order));
    }
    const a = this.number(left, offset);
    const b = this.number(right, offset);
    if (a === null || b === null) return null;
    return new NumberValue(this.arithmetic(operator, a, b, offset));
  }

  private arithmetic(operator: Operator, a: Decimal, b: Decimal, offset: number): Decimal {
    return this.placed(offset, () => {
      if (operator === "+") return add(a, b);
      if (operator === "-") return sub(a, b);
      if (operator === "*") return mul(a, b);
      if (operator === "%") return mod(a, b);
      return operator === "div" ? round(div(a, b), 0, "down") : div(a, b);
    });
  }

  private compileIn(node: ExpressionNode & { kind: "in" }): Evaluate {
    const operand = this.compile(node.operand);
    const items = node.items.map((item) => this.compile(item));
    if (items.length === 0) this.refuse(node.offset, "IN 的列表是空的 / the list of IN is empty");
    return (run) => {
      const value = this.scalar(operand(run), node.offset);
      let unsure = false;
      for (const item of items) {
        const order = compareLoose(value, this.scalar(item(run), node.offset));
        if (order === 0) return truthValue(!node.negated);
        if (order === null) unsure = true;
      }
      return truthValue(unsure ? null : node.negated);
    };
  }

  private compileBetween(node: ExpressionNode & { kind: "between" }): Evaluate {
    const [operand, low, high] = [node.operand, node.low, node.high].map((part) => this.compile(part)) as [Evaluate, Evaluate, Evaluate];
    return (run) => {
      const value = this.scalar(operand(run), node.offset);
      const fromLow = compareLoose(value, this.scalar(low(run), node.offset));
      const toHigh = compareLoose(value, this.scalar(high(run), node.offset));
      if (fromLow === -1 || toHigh === 1) return truthValue(node.negated);
      return truthValue(fromLow === null || toHigh === null ? null : !node.negated);
    };
  }

  private compileCase(node: ExpressionNode & { kind: "case" }): Evaluate {
    const subject = node.subject === undefined ? undefined : this.compile(node.subject);
    const branches = node.branches.map(({ when, result }) => ({
      offset: when.offset,
      when: this.compile(when),
      result: this.compile(result),
    }));
    const otherwise = node.otherwise === undefined ? undefined : this.compile(node.otherwise);
    return (run) => {
      const value = subject === undefined ? undefined : this.scalar(subject(run), node.offset);
      for (const { when, result, offset } of branches) {
        const found = this.scalar(when(run), offset);
        if (value === undefined ? truthOf(found) === true : compareLoose(value, found) === 0) return result(run);
      }
      return otherwise?.(run) ?? null;
    };
  }

  private compileCall(node: ExpressionNode & { kind: "call" }): Evaluate {
    const row = functionRow(node.name) as FunctionRow;
    const contextOf = this.contextFactory(node.offset);
    if (row.kind === "aggregate") return this.compileAggregate(row, node, contextOf);
    const args = node.args.map((arg) => this.compile(arg));
    if (row.kind === "lazy") {
      return (run) =>
        row.apply(
          args.map((arg) => () => arg(run)),
          contextOf(run),
        );
    }
    return (run) => {
      const value = row.apply(
        args.map((arg) => arg(run)),
        contextOf(run),
      );
      if (typeof value === "string" && value.length > CHARACTERS_MAX) {
        throw valueError("VALUE_TOO_LARGE", this.site, node.offset, { charactersMax: CHARACTERS_MAX });
      }
      return value;
    };
  }

  /** The argument is evaluated for every line of the columns it names; single values stand in every line. */
  private compileAggregate(
    row: FunctionRow & { kind: "aggregate" },
    node: ExpressionNode & { kind: "call" },
    contextOf: (run: Run) => FunctionContext,
  ): Evaluate {
    if (this.aggregated !== undefined) this.refuse(node.offset, "汇总函数不能嵌套 / aggregates cannot be nested");
    const bindings: BoundPlaceholder[] = [];
    this.aggregated = bindings;
    const argument = this.compile(node.args[0] as ExpressionNode);
    this.aggregated = undefined;
    if (bindings.length === 0) this.refuse(node.offset, "汇总函数需要 {{明细.列}} / an aggregate needs {{lines.column}}");
    return (run) => {
      const columns = new Map<Reference, Column>();
      let lines: number | undefined;
      for (const { reference } of bindings) {
        const column = columnOfReference(reference, run.scope);
        if (column === undefined) continue;
        if (lines !== undefined && lines !== column.length) throw valueError("EXPRESSION_COLUMNS_DIFFER", this.site, node.offset);
        lines = column.length;
        columns.set(reference, column);
      }
      const values: Scalar[] = [];
      const inner: Run = { scope: run.scope, steps: run.steps, columns, line: 0 };
      for (; inner.line < (lines ?? 1); inner.line++) {
        const value = argument(inner);
        if (countsInAggregate(value)) values.push(this.scalar(value, node.offset));
      }
      run.steps = inner.steps;
      return row.apply(values, contextOf(run));
    };
  }

  private contextFactory(offset: number): (run: Run) => FunctionContext {
    const scalar = (value: ExpressionValue): Scalar => this.scalar(value, offset);
    const number = (value: ExpressionValue): Decimal | null => this.number(value, offset);
    const fail = (reason: string): never => this.refuse(offset, reason);
    return (run) => ({ zone: run.scope.zone, scalar, number, fail });
  }

  private scalar(value: ExpressionValue, offset: number): Scalar {
    if (isScalar(value)) return value;
    throw valueError("EXPRESSION_NOT_SCALAR", this.site, offset, { what: shapeOf(value) });
  }

  private number(value: ExpressionValue, offset: number): Decimal | null {
    const scalar = this.scalar(value, offset);
    const number = this.placed(offset, () => numberOf(scalar));
    if (number !== undefined) return number;
    throw valueError("EXPRESSION_NOT_NUMBER", this.site, offset, { value: glimpse(resultOf(scalar)) });
  }

  /** Errors of decimals do not know their place; they get it here. */
  private placed<T>(offset: number, calculate: () => T): T {
    try {
      return calculate();
    } catch (error) {
      if (!(error instanceof DatongError)) throw error;
      if (error.code === "DECIMAL_DIVISION_BY_ZERO") throw valueError("EXPRESSION_DIVISION_BY_ZERO", this.site, offset, {}, error);
      throw valueError(error.code, this.site, offset, error.details, error);
    }
  }

  private refuse(offset: number, reason: string): never {
    throw valueError("EXPRESSION_INVALID", this.site, offset, { reason });
  }
}

const COMPARED: Readonly<Partial<Record<Operator, (order: -1 | 0 | 1) => boolean>>> = {
  "=": (order) => order === 0,
  "<=>": (order) => order === 0,
  "<>": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

function isLogic(operator: Operator): operator is "or" | "xor" | "and" {
  return operator === "or" || operator === "xor" || operator === "and";
}

/** A literal keeps how it was written (`1.50`) where that is a JSON number. */
function literalOf(text: string, value: Decimal): Json {
  return /^(0|[1-9]\d*)(\.\d+)?$/.test(text) && String(Number(text)) !== text ? new ExactNumber(text) : decimalToJson(value);
}

function columnOfReference(reference: Reference, scope: Scope): Column | undefined {
  const column = reference.readColumn(scope);
  if (column !== undefined) return column;
  const value = reference.isGlobal ? undefined : reference.read(scope);
  return Array.isArray(value) ? (value as Column) : undefined;
}
