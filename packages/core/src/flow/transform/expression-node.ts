/** The nodes of an expression's tree. Offsets count from 0 in the whole value. Operators of one level stand in a chain. */
import type { Decimal } from "../../value/index.ts";
import type { BitOperator } from "./expression-bits.ts";
import type { LookupToken } from "./expression-lex.ts";
import type { AggregateWords } from "./expression-lines.ts";
import type { Placeholder, TemplatePart } from "./template-parse.ts";

export type ExpressionNode =
  | { readonly kind: "number"; readonly value: Decimal; readonly text: string; readonly offset: number }
  | { readonly kind: "text"; readonly parts: readonly TemplatePart[]; readonly offset: number }
  | { readonly kind: "bind"; readonly placeholder: Placeholder; readonly offset: number }
  | LookupToken
  | { readonly kind: "constant"; readonly value: true | false | null; readonly offset: number }
  | { readonly kind: "unary"; readonly operator: "-" | "~" | "not"; readonly operand: ExpressionNode; readonly offset: number }
  | { readonly kind: "chain"; readonly first: ExpressionNode; readonly links: readonly ExpressionLink[]; readonly offset: number }
  | { readonly kind: "isNull"; readonly operand: ExpressionNode; readonly negated: boolean; readonly offset: number }
  | {
      readonly kind: "isTruth";
      readonly operand: ExpressionNode;
      readonly truth: boolean;
      readonly negated: boolean;
      readonly offset: number;
    }
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
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: readonly ExpressionNode[];
      /** Of an aggregate that says more than its argument. */
      readonly words?: AggregateWords;
      readonly offset: number;
    };

export type Operator =
  "or" | "xor" | "and" | "=" | "<=>" | "<>" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%" | "div" | BitOperator;

export interface ExpressionLink {
  readonly operator: Operator;
  readonly operand: ExpressionNode;
  readonly offset: number;
}
