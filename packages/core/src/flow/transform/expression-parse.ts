/**
 * The tree of a `_function` expression: one MySQL scalar expression. Operators of one level stand in a chain, so that a long sum is
 * no deep tree; nesting is bounded at 200.
 *
 * Levels, loosest first: OR, XOR, AND, NOT, comparison (also IS NULL, IN, BETWEEN), + -, * / % DIV MOD, unary - and !.
 */
import { toDecimal, type Decimal } from "../../value/index.ts";
import { functionRow } from "./expression-function.ts";
import { lexExpression, type LookupToken, type Token } from "./expression-lex.ts";
import { valueError, type ValueSite } from "./template-error.ts";
import type { Placeholder, TemplatePart } from "./template-parse.ts";

export type ExpressionNode =
  | { readonly kind: "number"; readonly value: Decimal; readonly text: string; readonly offset: number }
  | { readonly kind: "text"; readonly parts: readonly TemplatePart[]; readonly offset: number }
  | { readonly kind: "bind"; readonly placeholder: Placeholder; readonly offset: number }
  | LookupToken
  | { readonly kind: "constant"; readonly value: true | false | null; readonly offset: number }
  | { readonly kind: "unary"; readonly operator: "-" | "not"; readonly operand: ExpressionNode; readonly offset: number }
  | { readonly kind: "chain"; readonly first: ExpressionNode; readonly links: readonly ExpressionLink[]; readonly offset: number }
  | { readonly kind: "isNull"; readonly operand: ExpressionNode; readonly negated: boolean; readonly offset: number }
  | {
      readonly kind: "in";
      readonly operand: ExpressionNode;
      readonly items: readonly ExpressionNode[];
      readonly negated: boolean;
      readonly offset: number;
    }
  | {
      readonly kind: "between";
      readonly operand: ExpressionNode;
      readonly low: ExpressionNode;
      readonly high: ExpressionNode;
      readonly negated: boolean;
      readonly offset: number;
    }
  | {
      readonly kind: "case";
      readonly subject: ExpressionNode | undefined;
      readonly branches: readonly { readonly when: ExpressionNode; readonly result: ExpressionNode }[];
      readonly otherwise: ExpressionNode | undefined;
      readonly offset: number;
    }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly ExpressionNode[]; readonly offset: number };

export type Operator = "or" | "xor" | "and" | "=" | "<=>" | "<>" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%" | "div";

export interface ExpressionLink {
  readonly operator: Operator;
  readonly operand: ExpressionNode;
  readonly offset: number;
}

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
/** Words that mean something in SQL but not here; each must fail by name. */
const REFUSED = new Set(["select", "as", "from", "union", "into", "where", "having", "group", "order", "limit", "like", "regexp", "rlike"]);
/** Words of the grammar, which can never be a name. */
const KEYWORDS = new Set(["case", "when", "then", "else", "end", "and", "or", "xor", "not", "is", "in", "between", "div", "mod"]);

class ExpressionParser {
  private readonly tokens: readonly Token[];
  private readonly site: ValueSite;
  private at = 0;
  private depth = 0;

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

  private parseComparison(): ExpressionNode {
    let node = this.parseChain(COMPARISONS, () => this.parseSum());
    for (;;) {
      const { offset } = this.token;
      if (this.mark === "is") {
        this.at++;
        const negated = this.take("not");
        this.expect("null", "IS 后面应为 NULL 或 NOT NULL / NULL or NOT NULL was expected");
        node = { kind: "isNull", operand: node, negated, offset };
        continue;
      }
      const negated = this.mark === "not";
      const next = negated ? this.tokens[this.at + 1] : this.token;
      const word = next?.kind === "word" ? next.text.toLowerCase() : "";
      if (word !== "in" && word !== "between") return node;
      this.at += negated ? 2 : 1;
      node = word === "in" ? this.parseIn(node, negated, offset) : this.parseBetween(node, negated, offset);
    }
  }

  private parseIn(operand: ExpressionNode, negated: boolean, offset: number): ExpressionNode {
    this.expect("(", "IN 后面应为括号 / ( was expected");
    return { kind: "in", operand, items: this.parseArguments(), negated, offset };
  }

  private parseBetween(operand: ExpressionNode, negated: boolean, offset: number): ExpressionNode {
    const low = this.parseSum();
    this.expect("and", "BETWEEN 需要 AND / AND was expected");
    return { kind: "between", operand, low, high: this.parseSum(), negated, offset };
  }

  private parseSum(): ExpressionNode {
    return this.parseChain(SUMS, () => this.parseChain(PRODUCTS, () => this.parseUnary()));
  }

  private parseChain(operators: Operators, parseOperand: () => ExpressionNode): ExpressionNode {
    const first = parseOperand();
    const links: ExpressionLink[] = [];
    for (let operator = operators.get(this.mark); operator !== undefined; operator = operators.get(this.mark)) {
      const { offset } = this.token;
      this.at++;
      links.push({ operator, operand: parseOperand(), offset });
    }
    return links.length === 0 ? first : { kind: "chain", first, links, offset: first.offset };
  }

  private parseUnary(): ExpressionNode {
    const { offset } = this.token;
    const mark = this.token.kind === "sign" ? this.mark : "";
    if (mark !== "-" && mark !== "+" && mark !== "!") return this.parsePrimary();
    this.at++;
    return this.deeper(() => {
      const operand = this.parseUnary();
      return mark === "+" ? operand : { kind: "unary", operator: mark === "-" ? "-" : "not", operand, offset };
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
    if (row === undefined || !this.take("(")) throw valueError("EXPRESSION_NAME_UNKNOWN", this.site, offset, { name: word });
    const args = this.deeper(() => this.parseArguments());
    if (args.length < row.argsMin || args.length > row.argsMax) {
      this.failAt(offset, `${row.name} 的参数个数不对，写法：${row.usage} / wrong number of arguments: ${row.usage}`);
    }
    return { kind: "call", name: row.name, args, offset };
  }

  /** Arguments up to the closing bracket, the opening one being taken. */
  private parseArguments(): ExpressionNode[] {
    const args: ExpressionNode[] = [];
    if (this.take(")")) return args;
    do args.push(this.parseLogic(0));
    while (this.take(","));
    this.expect(")", "缺少右括号或逗号 / , or ) was expected");
    return args;
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
