/**
 * Turns the tree of an expression into closures: done once per flow, run once per record. Never JavaScript source.
 *
 * Bounds: steps per evaluation, length of texts; numbers are bounded by value/decimal.ts.
 */
import { decimalToJson, ExactNumber, readShort, type Decimal, type Json } from "../../value/index.ts";
import { calculated, negated, type ArithmeticOperator } from "./expression-arithmetic.ts";
import { bitwise, BITS_OUT_OF_RANGE, inverted, type BitOperator } from "./expression-bits.ts";
import { CallContext, Faults, STEPS_MAX, type Run } from "./expression-context.ts";
import { functionRow, type FunctionRow } from "./expression-function.ts";
import { valuesInOrder, type AggregateLine } from "./expression-lines.ts";
import type { ExpressionNode, Operator } from "./expression-node.ts";
import { parseExpression } from "./expression-parse.ts";
import {
  bindValue,
  compareLoose,
  FALSE_WORD,
  NumberValue,
  resultOf,
  textOf,
  TRUE_WORD,
  truthOf,
  truthValue,
  type ExpressionValue,
  type Scalar,
} from "./expression-value.ts";
import { compileLookup, type Lookup } from "./lookup.ts";
import { bindPlaceholder, compileTextParts, placeholderText, type BoundPlaceholder } from "./template-bind.ts";
import { valueError, type ValueSite } from "./template-error.ts";
import type { Placeholder, TemplatePart } from "./template-parse.ts";
import type { Column, Reference, Scope } from "./template-reference.ts";

type Evaluate = (run: Run) => ExpressionValue;
/** An operator with what is on its right, over what is on its left. */
type Link = (run: Run, left: ExpressionValue) => ExpressionValue;

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
  private readonly faults: Faults;
  /** The bindings of the aggregate being compiled; undefined outside. */
  private aggregated: BoundPlaceholder[] | undefined;

  constructor(site: ValueSite) {
    this.site = site;
    this.faults = new Faults(site);
  }

  /** Every node counts one step and tells its place when it fails. */
  compile(node: ExpressionNode): Evaluate {
    if (node.kind === "bind") return this.compileBinding(node);
    const { faults } = this;
    const { offset } = node;
    if (isFixed(node)) {
      const value = fixedValue(node);
      return (run) => {
        if (++run.steps > STEPS_MAX) faults.spend(run, 0, offset);
        return value;
      };
    }
    const evaluate = this.compileNode(node);
    return (run) => {
      if (++run.steps > STEPS_MAX) faults.spend(run, 0, offset);
      return evaluate(run);
    };
  }

  private compileNode(node: Exclude<ExpressionNode, FixedNode | { kind: "bind" }>): Evaluate {
    switch (node.kind) {
      case "text":
        return this.compileText(node);
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
      case "isTruth": {
        const operand = this.compile(node.operand);
        return (run) => truthValue((truthOf(this.faults.scalar(operand(run), node.offset)) === node.truth) !== node.negated);
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
    if (this.aggregated !== undefined) return this.compileLineText(node.parts, node.offset);
    const { references, readText } = compileTextParts(node.parts, this.site);
    this.references.push(...references);
    return (run) => this.faults.bounded(run, readText(run.scope), node.offset);
  }

  /** Quoted fields inside an aggregate are the texts of the line. */
  private compileLineText(parts: readonly TemplatePart[], offset: number): Evaluate {
    const pieces = parts.map((part) => {
      if (part.kind === "text") return () => part.text;
      const read = this.compileReading(part);
      return (run: Run) => placeholderText(read(run), this.site, part.offset);
    });
    return (run) => this.faults.bounded(run, pieces.map((piece) => piece(run)).join(""), offset);
  }

  private compileBinding(node: ExpressionNode & { kind: "bind" }): Evaluate {
    const read = this.compileReading(node.placeholder);
    const { faults } = this;
    const { offset } = node;
    return (run) => {
      if (++run.steps > STEPS_MAX) faults.spend(run, 0, offset);
      return faults.bounded(run, bindValue(read(run)), offset);
    };
  }

  /** The value of a placeholder; inside an aggregate that of the line. */
  private compileReading(placeholder: Placeholder): (run: Run) => Json | undefined {
    const bound = bindPlaceholder(placeholder, this.site);
    const { reference } = bound;
    this.references.push(reference);
    if (this.aggregated === undefined) return (run) => bound.read(run.scope);
    this.aggregated.push(bound);
    return (run) => {
      const column = run.columns?.get(reference);
      return column === undefined ? bound.read(run.scope) : bound.filter(column[run.line], run.scope);
    };
  }

  private compileLookup(node: ExpressionNode & { kind: "lookup" }): Evaluate {
    if (this.aggregated !== undefined) this.faults.refuse(node.offset, "汇总函数里不能查询 / no lookups inside an aggregate");
    const lookup = compileLookup(node.name, this.site.expression, node.from, node.to, this.site);
    this.lookups.push(lookup);
    this.references.push(...lookup.references);
    if (!node.quoted) return (run) => bindValue(lookup.read(run.scope));
    return (run) => textOf(this.faults.scalar(bindValue(lookup.read(run.scope)), node.offset)) ?? "";
  }

  private compileUnary(node: ExpressionNode & { kind: "unary" }): Evaluate {
    const operand = this.compile(node.operand);
    const { offset } = node;
    if (node.operator === "not") {
      return (run) => {
        const truth = truthOf(this.faults.scalar(operand(run), offset));
        return truthValue(truth === null ? null : !truth);
      };
    }
    return (run) => {
      const number = this.faults.numberValue(operand(run), offset);
      if (number === null) return null;
      return node.operator === "-" ? negated(number) : (inverted(number.decimal) ?? this.faults.refuse(offset, BITS_OUT_OF_RANGE));
    };
  }

  private compileChain(node: ExpressionNode & { kind: "chain" }): Evaluate {
    const first = this.compile(node.first);
    const links = node.links.map(({ operator, operand, offset }) => {
      const right = this.compile(operand);
      return isLogic(operator) ? this.compileLogic(operator, right, offset) : this.compileBinary(operator, right, offset);
    });
    const [only] = links;
    if (only !== undefined && links.length === 1) return (run) => only(run, first(run));
    return (run) => {
      let value = first(run);
      for (const link of links) value = link(run, value);
      return value;
    };
  }

  private compileLogic(operator: "or" | "xor" | "and", right: Evaluate, offset: number): Link {
    return (run, left) => this.logic(operator, left, () => right(run), offset);
  }

  private logic(operator: "or" | "xor" | "and", left: ExpressionValue, right: () => ExpressionValue, offset: number): Scalar {
    const a = truthOf(this.faults.scalar(left, offset));
    if (operator === "and" && a === false) return truthValue(false);
    if (operator === "or" && a === true) return truthValue(true);
    const b = truthOf(this.faults.scalar(right(), offset));
    if (operator === "xor") return truthValue(a === null || b === null ? null : a !== b);
    const decisive = operator === "or";
    if (b === decisive) return truthValue(decisive);
    return truthValue(a === null || b === null ? null : !decisive);
  }

  private compileBinary(operator: Exclude<Operator, "or" | "xor" | "and">, right: Evaluate, offset: number): Link {
    const { faults } = this;
    const compared = COMPARED[operator];
    if (compared !== undefined) {
      const isNullSafe = operator === "<=>";
      return (run, left) => {
        const other = right(run);
        const a = faults.scalar(left, offset);
        const b = faults.scalar(other, offset);
        if (isNullSafe && (a === null || b === null)) return truthValue(a === b);
        const order = compareLoose(a, b);
        return truthValue(order === null ? null : compared(order));
      };
    }
    const isOfBits = BIT_OPERATORS.has(operator);
    return (run, left) => {
      const other = right(run);
      const a = faults.numberValue(left, offset);
      const b = faults.numberValue(other, offset);
      if (a === null || b === null) return null;
      if (isOfBits) return bitwise(operator as BitOperator, a.decimal, b.decimal) ?? faults.refuse(offset, BITS_OUT_OF_RANGE);
      // Digits against digits: ten by ten are nothing, a thousand by a thousand are.
      if (a.short === undefined || b.short === undefined) faults.spend(run, (a.decimal.c.length * b.decimal.c.length) >> 7, offset);
      try {
        return calculated(operator as ArithmeticOperator, a, b);
      } catch (error) {
        throw faults.withPlace(error, offset);
      }
    };
  }

  private compileIn(node: ExpressionNode & { kind: "in" }): Evaluate {
    const operand = this.compile(node.operand);
    const items = node.items.map((item) => this.compile(item));
    if (items.length === 0) this.faults.refuse(node.offset, "IN 的列表是空的 / the list of IN is empty");
    return (run) => {
      const value = this.faults.scalar(operand(run), node.offset);
      let unsure = false;
      for (const item of items) {
        const order = compareLoose(value, this.faults.scalar(item(run), node.offset));
        if (order === 0) return truthValue(!node.negated);
        if (order === null) unsure = true;
      }
      return truthValue(unsure ? null : node.negated);
    };
  }

  private compileBetween(node: ExpressionNode & { kind: "between" }): Evaluate {
    const [operand, low, high] = [node.operand, node.low, node.high].map((part) => this.compile(part)) as [Evaluate, Evaluate, Evaluate];
    return (run) => {
      const value = this.faults.scalar(operand(run), node.offset);
      const fromLow = compareLoose(value, this.faults.scalar(low(run), node.offset));
      const toHigh = compareLoose(value, this.faults.scalar(high(run), node.offset));
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
      const value = subject === undefined ? undefined : this.faults.scalar(subject(run), node.offset);
      for (const { when, result, offset } of branches) {
        const found = this.faults.scalar(when(run), offset);
        if (value === undefined ? truthOf(found) === true : compareLoose(value, found) === 0) return result(run);
      }
      return otherwise?.(run) ?? null;
    };
  }

  private compileCall(node: ExpressionNode & { kind: "call" }): Evaluate {
    const row = functionRow(node.name) as FunctionRow;
    const context = new CallContext(this.faults, node.offset);
    if (row.kind === "aggregate") return this.compileAggregate(row, node, context);
    const args = node.args.map((arg) => this.compile(arg));
    if (row.kind === "lazy") {
      return (run) => {
        const later = args.map((arg) => () => arg(run));
        return row.apply(later, context.within(run));
      };
    }
    return (run) => {
      const values: ExpressionValue[] = [];
      for (const arg of args) values.push(arg(run));
      return this.faults.bounded(run, row.apply(values, context.within(run)), node.offset);
    };
  }

  /** The argument is evaluated for every line of the columns it names; single values stand in every line. */
  private compileAggregate(
    row: FunctionRow & { kind: "aggregate" },
    node: ExpressionNode & { kind: "call" },
    context: CallContext,
  ): Evaluate {
    if (this.aggregated !== undefined) this.faults.refuse(node.offset, "汇总函数不能嵌套 / aggregates cannot be nested");
    const bindings: BoundPlaceholder[] = [];
    this.aggregated = bindings;
    const [first, ...more] = node.args as [ExpressionNode, ...ExpressionNode[]];
    const argument = this.compile(more.length === 0 ? first : { kind: "call", name: "CONCAT", args: node.args, offset: node.offset });
    const { words } = node;
    const order = (words?.order ?? []).map(({ by }) => this.compile(by));
    this.aggregated = undefined;
    if (bindings.length === 0) this.faults.refuse(node.offset, "汇总函数需要 {{明细.列}} / an aggregate needs {{lines.column}}");
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
      const ordered: AggregateLine[] = [];
      const inner: Run = { scope: run.scope, steps: run.steps, columns, line: 0 };
      for (; inner.line < (lines ?? 1); inner.line++) {
        const value = argument(inner);
        // A line without a value is no line of the column.
        if (value === null || value === "") continue;
        const scalar = this.faults.scalar(value, node.offset);
        if (words === undefined) values.push(scalar);
        else ordered.push({ value: scalar, keys: order.map((key) => this.faults.scalar(key(inner), node.offset)) });
      }
      run.steps = inner.steps;
      if (words === undefined) return row.apply(values, context.within(run));
      const inOrder = valuesInOrder(ordered, words);
      return this.faults.bounded(run, row.apply(inOrder, context.within(run), words.separator), node.offset);
    };
  }
}

const BIT_OPERATORS: ReadonlySet<Operator> = new Set<BitOperator>(["&", "|", "^", "<<", ">>"]);

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

/** Nodes that are the same for every record. */
type FixedNode = ExpressionNode & { readonly kind: "number" | "constant" };

function isFixed(node: ExpressionNode): node is FixedNode {
  return node.kind === "number" || node.kind === "constant";
}

function fixedValue(node: FixedNode): ExpressionValue {
  if (node.kind === "number") return new NumberValue(readShort(node.text) ?? node.value, literalOf(node.text, node.value));
  return node.value === null ? null : node.value ? TRUE_WORD : FALSE_WORD;
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
