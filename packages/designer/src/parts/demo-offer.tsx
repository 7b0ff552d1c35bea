/** The demo environment: offered where there is nothing yet to those who may fill it in, and told of where it is filled in. */
import { ExperimentOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Flex, Typography } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { ask, workspacePath } from "../api/ask.ts";
import { useAnswer } from "../api/hooks.ts";
import { demoTexts } from "../language/demo-texts.ts";
import { useLanguage, useTexts } from "../language/language.tsx";
import { usePlace } from "../shell/place.tsx";
import { ProblemAlert } from "./problem-alert.tsx";

interface Demo {
  readonly isOffered: boolean;
  readonly connections: readonly string[];
  readonly flows: readonly string[];
}

export function DemoOffer({ isCentred = false }: { readonly isCentred?: boolean }) {
  const text = useTexts(demoTexts);
  const { language } = useLanguage();
  const { workspace, to, may } = usePlace();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { data } = useAnswer<Demo>(workspace, "demo", { enabled: may("fillDemo") });
  if (data === undefined || !data.isOffered || data.flows.length > 0) return null;
  const fill = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const { flows } = await ask<Pick<Demo, "flows">>("POST", workspacePath(workspace, `demo?language=${language}`));
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
      void message.success(text.done(flows.length));
      await navigate(to("overview"));
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  return (
    <Flex vertical gap={8} align={isCentred ? "center" : "start"} style={{ marginTop: 16 }}>
      <Button icon={<ExperimentOutlined />} loading={isBusy} onClick={() => void fill()}>
        {text.offer}
      </Button>
      <Typography.Text type="secondary">{isBusy ? text.busy : text.about}</Typography.Text>
      {error === null ? null : <ProblemAlert error={error} />}
    </Flex>
  );
}

export function DemoTold() {
  const text = useTexts(demoTexts);
  const { workspace, to } = usePlace();
  const { data } = useAnswer<Demo>(workspace, "demo");
  if (data === undefined || data.flows.length === 0) return null;
  return (
    <Alert
      type="info"
      banner
      showIcon
      icon={<ExperimentOutlined />}
      title={text.here(data.flows.length)}
      action={<Link to={to("flows?find=demo-")}>{text.toFlows}</Link>}
      style={{ marginBottom: 12 }}
    />
  );
}
