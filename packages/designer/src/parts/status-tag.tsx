/** A status: colour, icon and word, one vocabulary everywhere. */
import {
  CheckCircleFilled,
  ClockCircleOutlined,
  CloseCircleFilled,
  MinusCircleOutlined,
  QuestionCircleFilled,
  SendOutlined,
  SyncOutlined,
} from "@ant-design/icons";
import { Tag } from "antd";
import type { ReactNode } from "react";
import type { Status } from "../api/answers.ts";
import { useTexts } from "../language/language.tsx";
import { wordTexts } from "../language/word-texts.ts";

const LOOKS: Readonly<Record<Status, { readonly color: string; readonly icon: ReactNode }>> = {
  pending: { color: "gold", icon: <ClockCircleOutlined /> },
  queued: { color: "blue", icon: <SyncOutlined /> },
  sent: { color: "geekblue", icon: <SendOutlined /> },
  done: { color: "green", icon: <CheckCircleFilled /> },
  failed: { color: "red", icon: <CloseCircleFilled /> },
  skipped: { color: "default", icon: <MinusCircleOutlined /> },
  unknown: { color: "purple", icon: <QuestionCircleFilled /> },
};

export function StatusTag({ status, suffix }: { readonly status: Status; readonly suffix?: ReactNode }) {
  const { color, icon } = LOOKS[status];
  return (
    <Tag color={color} icon={icon} style={{ marginInlineEnd: 0 }}>
      {useTexts(wordTexts).status[status]}
      {suffix === undefined ? null : <> {suffix}</>}
    </Tag>
  );
}
