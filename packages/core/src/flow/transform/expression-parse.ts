/**
 * The tree of a `_function` expression: one MySQL scalar expression. Operators of one level stand in a chain, so that a long sum is
 * no deep tree; nesting is bounded at 200.
 *
 * Levels, loosest first, as in MySQL: OR, XOR, AND, NOT, comparison and IS, then IN, BETWEEN, LIKE and REGEXP, |, &, << >>, + -,
 * * / % DIV MOD, ^, unary - ~ and !.
 */
import { toDecimal } from "../../value/index.ts";
import { parseAggregate, parseForm, parseInterval, type FormReader } from "./expression-form.ts";
import { functionRow } from "./expression-function.ts";
import { lexExpression, type Token } from "./expression-lex.ts";
import type { AggregateWords } from "./expression-lines.ts";
import type { ExpressionLink, ExpressionNode, Operator } from "./expression-node.ts";
import { valueError, type ValueSite } from "./template-error.ts";

const DEPTH_MAX = 200;

/** Parses the expression that starts at an offset of the value's text. */
export function parseExpression(text: string, from: number, site: ValueSite): ExpressionNode {
  return new ExpressionParser(lexExpression(text, from, site), site).parseAll();
}

/** The operators of each level by how they may be written (lower case). Maps, because an object also has `constructor`. */
type Operators = ReadonlyMap<string, Operator>;
const LEVELS: readonly Operators[] = [
  new Map<string, Operator>([
    ["or", "or"],
    ["||", "or"],
  ]),
  new Map<string, Operator>([["xor", "xor"]]),
  new Map<string, Operator>([
    ["and", "and"],
    ["&&", "and"],
  ]),
];
const COMPARISONS: Operators = new Map<string, Operator>([
  ["=", "="],
  ["<=>", "<=>"],
  ["<>", "<>"],
  ["!=", "<>"],
  ["<", "<"],
  ["<=", "<="],
  [">", ">"],
  [">=", ">="],
]);
const SUMS: Operators = new Map<string, Operator>([
  ["+", "+"],
  ["-", "-"],
]);
const PRODUCTS: Operators = new Map<string, Operator>([
  ["*", "*"],
  ["/", "/"],
  ["%", "%"],
  ["mod", "%"],
  ["div", "div"],
]);
const operators = (...signs: readonly Operator[]): Operators => new Map(signs.map((sign) => [sign, sign]));
/** Of bits, loosest first; these three are looser than sums, `^` is tighter than products. */
const [EITHER_BITS, BOTH_BITS, SHIFTS, ODD_BITS] = [operators("|"), operators("&"), operators("<<", ">>"), operators("^")] as const;
/** Between two values, from the loosest to the tightest. */
const CALCULATIONS: readonly Operators[] = [EITHER_BITS, BOTH_BITS, SHIFTS, SUMS, PRODUCTS, ODD_BITS];
/** Words that mean something in SQL but not here; each must fail by name. */
const REFUSED = new Set("select as from union into where having group order limit using for update delete drop".split(" "));
/** Words of the grammar, which can never be a name. */
const KEYWORDS = new Set("case when then else end and or xor not is in between div like regexp rlike escape interval".split(" "));
/** Functions behind the words between two values. */
const MATCHES: ReadonlyMap<string, "LIKE" | "REGEXP"> = new Map([
  ["like", "LIKE"],
  ["regexp", "REGEXP"],
  ["rlike", "REGEXP"],
]);

class ExpressionParser {
  private readonly tokens: readonly Token[];
  private readonly site: ValueSite;
  private at = 0;
  private depth = 0;
  private stacked = 0;

  constructor(tokens: readonly Token[], site: ValueSite) {
    this.tokens = tokens;
    this.site = site;
  }

  parseAll(): ExpressionNode {
    const node = this.parseLogic(0);
    if (this.token.kind !== "end") this.failHere("这里多出了内容 / nothing more was expected here");
    return node;
  }

  private get token(): Token {
    return this.tokens[this.at] as Token;
  }

  /** The token's word or sign in lower case; "" for values and the end. */
  private get mark(): string {
    const token = this.token;
    return token.kind === "word" || token.kind === "sign" ? token.text.toLowerCase() : "";
  }

  private parseLogic(level: number): ExpressionNode {
    const operators = LEVELS[level];
    if (operators === undefined) return this.parseNot();
    return this.parseChain(operators, () => this.parseLogic(level + 1));
  }

  private parseNot(): ExpressionNode {
    if (this.mark !== "not") return this.parseComparison();
    const { offset } = this.token;
    this.at++;
    return this.deeper(() => ({ kind: "unary", operator: "not", operand: this.parseNot(), offset }));
  }

  /** Comparisons and IS, left to right. */
  private parseComparison(): ExpressionNode {
    const parsePredicate = (): ExpressionNode => this.parsePredicate();
    let node = this.parseChain(COMPARISONS, parsePredicate);
    for (let rounds = 0; this.mark === "is"; rounds++) {
      this.stack(rounds);
      node = this.parseChain(COMPARISONS, parsePredicate, this.parseIs(node));
    }
    return node;
  }

  private parseIs(operand: ExpressionNode): ExpressionNode {
    const { offset } = this.token;
    this.at++;
    const negated = this.take("not");
    if (this.take("null") || this.take("unknown")) return { kind: "isNull", operand, negated, offset };
    if (this.take("true")) return { kind: "isTruth", operand, truth: true, negated, offset };
    this.expect("false", "IS 后面应为 [NOT] NULL、TRUE 或 FALSE / [NOT] NULL, TRUE or FALSE was expected");
    return { kind: "isTruth", operand, truth: false, negated, offset };
  }

  /** A value with IN, BETWEEN, LIKE and REGEXP behind it. */
  private parsePredicate(): ExpressionNode {
    let node = this.parseBits();
    for (let rounds = 0; ; rounds++) {
      const { offset } = this.token;
      const negated = this.mark === "not";
      const next = negated ? this.tokens[this.at + 1] : this.token;
      const word = next?.kind === "word" ? next.text.toLowerCase() : "";
      const match = MATCHES.get(word);
      if (word !== "in" && word !== "between" && match === undefined) return node;
      this.stack(rounds);
      this.at += negated ? 2 : 1;
      if (match !== undefined) node = this.parseMatch(match, node, negated, offset);
      else node = word === "in" ? this.parseIn(node, negated, offset) : this.parseBetween(node, negated, offset);
    }
  }

  private parseMatch(name: "LIKE" | "REGEXP", operand: ExpressionNode, negated: boolean, offset: number): ExpressionNode {
    const args = [operand, this.parseBits()];
    if (name === "LIKE" && this.take("escape")) args.push(this.parseUnary());
    const node: ExpressionNode = { kind: "call", name, args, offset };
    return negated ? { kind: "unary", operator: "not", operand: node, offset } : node;
  }

  private parseIn(operand: ExpressionNode, negated: boolean, offset: number): ExpressionNode {
    this.expect("(", "IN 后面应为括号 / ( was expected");
    return { kind: "in", operand, items: this.parseArguments(), negated, offset };
  }

  private parseBetween(operand: ExpressionNode, negated: boolean, offset: number): ExpressionNode {
    const low = this.parseBits();
    this.expect("and", "BETWEEN 需要 AND / AND was expected");
    return { kind: "between", operand, low, high: this.deeper(() => this.parsePredicate()), negated, offset };
  }

  /** From the tightest operators out, a level after the other: a deep expression costs a frame for all levels, not two for each. */
  private parseBits(loosest = 0): ExpressionNode {
    let node = this.parseUnary();
    for (let level = CALCULATIONS.length - 1; level >= loosest; level--) {
      const operators = CALCULATIONS[level] as Operators;
      const parseOperand = (): ExpressionNode => this.parseBits(level + 1);
      node = this.parseChain(operators, parseOperand, node);
      if (operators === SUMS) node = this.parseIntervals(node, parseOperand);
    }
    return node;
  }

  /** `+ INTERVAL 1 DAY` moves the date that stands before it; sums go on behind it. */
  private parseIntervals(first: ExpressionNode, parseOperand: () => ExpressionNode): ExpressionNode {
    let node = first;
    for (let rounds = 0; SUMS.has(this.mark); rounds++) {
      this.stack(rounds);
      const { offset } = this.token;
      const name = this.mark === "+" ? "DATE_ADD" : "DATE_SUB";
      this.at += 2;
      const args = [node, ...parseInterval(this.forms)];
      node = this.parseChain(SUMS, parseOperand, { kind: "call", name, args, offset });
    }
    return node;
  }

  /** A chain from its first operand on; it ends before an INTERVAL, which is no operand. */
  private parseChain(operators: Operators, parseOperand: () => ExpressionNode, first = parseOperand()): ExpressionNode {
    const links: ExpressionLink[] = [];
    for (let operator = operators.get(this.mark); operator !== undefined; operator = operators.get(this.mark)) {
      const { offset } = this.token;
      const next = this.tokens[this.at + 1];
      if (operators === SUMS && next?.kind === "word" && next.text.toLowerCase() === "interval") break;
      this.at++;
      links.push({ operator, operand: parseOperand(), offset });
    }
    return links.length === 0 ? first : { kind: "chain", first, links, offset: first.offset };
  }

  private parseUnary(): ExpressionNode {
    const { offset } = this.token;
    const mark = this.token.kind === "sign" ? this.mark : "";
    if (mark !== "-" && mark !== "+" && mark !== "!" && mark !== "~") return this.parsePrimary();
    this.at++;
    return this.deeper(() => {
      const operand = this.parseUnary();
      return mark === "+" ? operand : { kind: "unary", operator: mark === "!" ? "not" : mark, operand, offset };
    });
  }

  private parsePrimary(): ExpressionNode {
    const token = this.token;
    const { offset } = token;
    this.at++;
    switch (token.kind) {
      case "number": {
        const value = toDecimal(token.text);
        if (value === null) throw valueError("EXPRESSION_INVALID", this.site, offset, { reason: "数字写法有误 / not a number" });
        return { kind: "number", value, text: token.text, offset };
      }
      case "text":
        return { kind: "text", parts: token.parts, offset };
      case "bind":
        return { kind: "bind", placeholder: token.placeholder, offset };
      case "lookup":
        return token;
      case "word":
        return this.parseWord(token.text, offset);
      case "sign":
        if (token.text === "(") {
          return this.deeper(() => {
            const node = this.parseLogic(0);
            this.expect(")", "缺少右括号 / ) was expected");
            return node;
          });
        }
        break;
      case "end":
        break;
    }
    this.at--;
    return this.failHere("这里应为一个值 / a value was expected here");
  }

  private parseWord(word: string, offset: number): ExpressionNode {
    const name = word.toLowerCase();
    if (name === "case") return this.deeper(() => this.parseCase(offset));
    if (name === "true" || name === "false") return { kind: "constant", value: name === "true", offset };
    if (name === "null") return { kind: "constant", value: null, offset };
    if (REFUSED.has(name)) this.failAt(offset, `不能使用 ${word} / ${word} is not allowed`);
    if (KEYWORDS.has(name)) this.failAt(offset, `${word} 不该在这里 / ${word} is out of place`);
    const row = functionRow(name);
    if (row === undefined || row.form === "operator") throw valueError("EXPRESSION_NAME_UNKNOWN", this.site, offset, { name: word });
    const { form } = row;
    const isCalled = this.take("(");
    if (!isCalled && form !== "clock") throw valueError("EXPRESSION_NAME_UNKNOWN", this.site, offset, { name: word });
    const parse = (): { readonly args: ExpressionNode[]; readonly words?: AggregateWords } => {
      if (row.kind === "aggregate") return parseAggregate(row.joins === true, this.forms);
      return { args: form === undefined ? this.parseArguments() : parseForm(form, this.forms) };
    };
    const { args, words } = isCalled ? this.deeper(parse) : { args: [] };
    if (args.length < row.argsMin || args.length > row.argsMax) {
      this.failAt(offset, `${row.name} 的参数个数不对，写法：${row.usage} / wrong number of arguments: ${row.usage}`);
    }
    return { kind: "call", name: row.name, args, ...(words === undefined ? {} : { words }), offset };
  }

  /** Arguments up to the closing bracket, the opening one being taken. */
  private parseArguments(): ExpressionNode[] {
    return this.take(")") ? [] : this.parseRest([this.parseLogic(0)]);
  }

  private parseRest(args: ExpressionNode[]): ExpressionNode[] {
    while (this.take(",")) args.push(this.parseLogic(0));
    this.expect(")", "缺少右括号或逗号 / , or ) was expected");
    return args;
  }

  private readonly forms: FormReader = this.formReader();

  private formReader(): FormReader {
    const mark = (): string => this.mark;
    const offset = (): number => this.token.offset;
    return {
      get mark() {
        return mark();
      },
      get offset() {
        return offset();
      },
      take: (word) => this.take(word),
      expect: (word, reason) => this.expect(word, reason),
      parseValue: () => this.parseLogic(0),
      parseSum: () => this.parseBits(),
      parseRest: (args) => this.parseRest(args),
      refuse: (reason) => this.failHere(reason),
    };
  }

  private parseCase(offset: number): ExpressionNode {
    const subject = this.mark === "when" ? undefined : this.parseLogic(0);
    const branches: { when: ExpressionNode; result: ExpressionNode }[] = [];
    while (this.take("when")) {
      const when = this.parseLogic(0);
      this.expect("then", "WHEN 需要 THEN / THEN was expected");
      branches.push({ when, result: this.parseLogic(0) });
    }
    if (branches.length === 0) this.failHere("CASE 需要 WHEN / WHEN was expected");
    const otherwise = this.take("else") ? this.parseLogic(0) : undefined;
    this.expect("end", "CASE 需要 END 结尾 / END was expected");
    return { kind: "case", subject, branches, otherwise, offset };
  }

  private take(mark: string): boolean {
    if (this.mark !== mark) return false;
    this.at++;
    return true;
  }

  private expect(mark: string, reason: string): void {
    if (!this.take(mark)) this.failHere(reason);
  }

  private deeper<T>(parse: () => T): T {
    if (++this.depth > DEPTH_MAX) throw valueError("EXPRESSION_TOO_DEEP", this.site, this.token.offset, { depthMax: DEPTH_MAX });
    const result = parse();
    this.depth--;
    return result;
  }

  /** Operators behind a value nest the tree to the left: the second and later ones of a place count as depth, for the whole expression. */
  private stack(rounds: number): void {
    if (rounds > 0 && ++this.stacked > DEPTH_MAX)
      throw valueError("EXPRESSION_TOO_DEEP", this.site, this.token.offset, { depthMax: DEPTH_MAX });
  }

  private failHere(reason: string): never {
    const token = this.token;
    if (token.kind === "word" && REFUSED.has(token.text.toLowerCase())) {
      return this.failAt(token.offset, `不能使用 ${token.text} / ${token.text} is not allowed`);
    }
    const [zh = reason, en = reason] = reason.split(" / ");
    return this.failAt(token.offset, token.kind === "end" ? `${zh}，表达式却结束了 / ${en}, but the expression ends` : reason);
  }

  private failAt(offset: number, reason: string): never {
    throw valueError("EXPRESSION_INVALID", this.site, offset, { reason });
  }
}
