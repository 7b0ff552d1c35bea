/** The systems that can be connected, found by Chinese name, pinyin or initials. */
import { SearchOutlined } from "@ant-design/icons";
import { Card, Col, Empty, Input, Row, Skeleton, Tag, Typography } from "antd";
import { useDeferredValue, useState } from "react";
import { Link } from "react-router";
import type { ConnectorRow } from "../../api/answers.ts";
import { useConnectors } from "../../api/hooks.ts";
import { connectionTexts } from "../../language/connection-texts.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { Page } from "../../parts/page.tsx";
import { fitsTyped, usePinyin } from "../../parts/pinyin.ts";
import { ProblemAlert } from "../../parts/problem-alert.tsx";
import { usePlace } from "../../shell/place.tsx";

export function ChooseSystem() {
  const text = useTexts(connectionTexts);
  const { pick } = useLanguage();
  const { workspace, to } = usePlace();
  const { data, error, refetch } = useConnectors(workspace);
  const [typed, setTyped] = useState("");
  const wanted = useDeferredValue(typed);
  const toPinyin = usePinyin();
  const fits = ({ system, name }: ConnectorRow): boolean => fitsTyped([system, name.en, name.zh], wanted, toPinyin);
  // The built-in one has no settings: it is always connected.
  const shown = (data?.items ?? []).filter((each) => each.system !== "datong" && fits(each));
  return (
    <Page title={text.choose}>
      {error === null ? null : <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Input
        autoFocus
        allowClear
        size="large"
        prefix={<SearchOutlined />}
        aria-label={text.chooseFind}
        placeholder={text.chooseFind}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        style={{ maxWidth: 480, marginBottom: 16 }}
      />
      {data === undefined ? <Skeleton active /> : null}
      <Row gutter={[12, 12]}>
        {shown.map(({ system, name, apis, isOwn }) => (
          <Col key={system} xs={24} sm={12} lg={8} xl={6}>
            <Link to={to(`connections/new?system=${system}`)}>
              <Card hoverable size="small">
                <Card.Meta
                  avatar={<SystemMark name={name.zh} />}
                  title={<span style={{ whiteSpace: "normal" }}>{pick(name)}</span>}
                  description={
                    <>
                      {text.apis(apis)} {isOwn ? <Tag>{text.own}</Tag> : null}
                    </>
                  }
                />
              </Card>
            </Link>
          </Col>
        ))}
      </Row>
      {data !== undefined && shown.length === 0 ? <Empty description={text.chooseNone} /> : null}
    </Page>
  );
}

function SystemMark({ name }: { readonly name: string }) {
  return (
    <Typography.Text
      strong
      aria-hidden
      style={{ display: "grid", placeItems: "center", width: 40, height: 40, borderRadius: 8, background: "rgb(11 92 173 / 12%)" }}
    >
      {name.slice(0, 1)}
    </Typography.Text>
  );
}
