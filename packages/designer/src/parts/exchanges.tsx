/** Requests and answers as they went over the line, secrets masked; each copied as cURL. */
import { Collapse, Typography } from "antd";
import { debugTexts } from "../language/debug-texts.ts";
import { useTexts } from "../language/language.tsx";
import { recordTexts } from "../language/record-texts.ts";
import { curlOf } from "./curl.ts";
import { MessageText } from "./json-text.tsx";
import { instantText } from "./time.tsx";

export interface ShownExchange {
  readonly id?: string;
  readonly at?: number;
  readonly operation: string;
  readonly status: number;
  readonly tookMs: number;
  readonly request: string;
  readonly response: string;
}

interface ExchangesProps {
  readonly exchanges: readonly ShownExchange[];
  readonly title?: string;
  /** The last one is open from the start. */
  readonly isOpen?: boolean;
}

export function Exchanges({ exchanges, title, isOpen = false }: ExchangesProps) {
  const text = useTexts(recordTexts);
  const keyOf = (exchange: ShownExchange, index: number): string => exchange.id ?? String(index);
  const last = exchanges.at(-1);
  return (
    <div style={{ marginTop: title === undefined ? 0 : 12 }}>
      {title === undefined ? null : <Typography.Text strong>{title}</Typography.Text>}
      <Collapse
        size="small"
        style={{ marginTop: 6 }}
        defaultActiveKey={isOpen && last !== undefined ? [keyOf(last, exchanges.length - 1)] : []}
        items={exchanges.map((exchange, index) => ({
          key: keyOf(exchange, index),
          label: (
            <span>
              {exchange.at === undefined ? "" : `${instantText(exchange.at)} · `}
              <span className="mono">{exchange.operation}</span> · HTTP {exchange.status} · {text.took(exchange.tookMs)}
            </span>
          ),
          children: (
            <div style={{ display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(min(360px, 100%), 1fr))", gap: 12 }}>
              <RequestText text={exchange.request} title={text.request} />
              <MessageText text={exchange.response} title={text.response} />
            </div>
          ),
        }))}
      />
    </div>
  );
}

/** A request, copied as it is or as a command. */
export function RequestText({ text, title }: { readonly text: string; readonly title: string }) {
  const { curl, copied } = useTexts(debugTexts);
  return (
    <div>
      <MessageText text={text} title={title} />
      <Typography.Text copyable={{ text: () => curlOf(text), tooltips: [curl, copied] }} data-curl>
        {curl}
      </Typography.Text>
    </div>
  );
}
