/** The menu on the left. What a role may not see is not in it. */
import {
  ApiOutlined,
  AppstoreOutlined,
  AuditOutlined,
  CheckSquareOutlined,
  BellOutlined,
  BlockOutlined,
  CalendarOutlined,
  DashboardOutlined,
  DatabaseOutlined,
  DeploymentUnitOutlined,
  FileSearchOutlined,
  KeyOutlined,
  PartitionOutlined,
  ProfileOutlined,
  QuestionCircleOutlined,
  SettingOutlined,
  ShopOutlined,
  TableOutlined,
  TeamOutlined,
  UnorderedListOutlined,
  WarningOutlined,
} from "@ant-design/icons";
import { Flex, Menu, Typography, type MenuProps } from "antd";
import type { MenuItemType } from "antd/es/menu/interface";
import { memo, type ReactNode } from "react";
import { Link } from "react-router";
import { useTexts } from "../language/language.tsx";
import { shellTexts } from "../language/shell-texts.ts";
import { PAGE_DEEDS } from "./page-deeds.ts";
import { usePlace } from "./place.tsx";

type Item = MenuItemType & { readonly key: string };

/** `section`: the first part of the address behind the workspace. */
export const MainMenu = memo(function MainMenu({ section }: { readonly section: string }) {
  const text = useTexts(shellTexts);
  const { to, may } = usePlace();
  const item = (key: string, label: string, icon: ReactNode): Item => ({ key, icon, label: <Link to={to(key)}>{label}</Link> });
  const open = (...pages: readonly Item[]): Item[] => pages.filter(({ key }) => may(...(PAGE_DEEDS[key] ?? [])));
  const managed = open(
    item("members", text.menu.members, <TeamOutlined />),
    item("api-keys", text.menu.apiKeys, <KeyOutlined />),
    item("audit", text.menu.audit, <AuditOutlined />),
    item("settings", text.menu.settings, <SettingOutlined />),
  );
  const items: Exclude<MenuProps["items"], undefined> = [
    item("overview", text.menu.overview, <DashboardOutlined />),
    {
      type: "group" as const,
      label: text.groups.work,
      children: open(
        item("canvas", text.menu.canvas, <DeploymentUnitOutlined />),
        item("flows", text.menu.flows, <PartitionOutlined />),
        item("templates", text.menu.templates, <ShopOutlined />),
        item("connections", text.menu.connections, <ApiOutlined />),
        item("connectors", text.menu.connectors, <BlockOutlined />),
        item("apis", text.menu.apis, <AppstoreOutlined />),
        item("tables", text.menu.tables, <TableOutlined />),
        item("collections", text.menu.collections, <DatabaseOutlined />),
      ),
    },
    {
      type: "group" as const,
      label: text.groups.watch,
      children: open(
        item("records", text.menu.records, <FileSearchOutlined />),
        item("reconcile", text.menu.reconcile, <CheckSquareOutlined />),
        item("missing", text.menu.missing, <WarningOutlined />),
        item("queues", text.menu.queues, <UnorderedListOutlined />),
        item("runs", text.menu.runs, <CalendarOutlined />),
        item("logs", text.menu.logs, <ProfileOutlined />),
        item("alerts", text.menu.alerts, <BellOutlined />),
      ),
    },
    ...(managed.length === 0 ? [] : [{ type: "group" as const, label: text.groups.manage, children: managed }]),
    item("help", text.menu.help, <QuestionCircleOutlined />),
  ];
  return (
    <nav aria-label={text.product}>
      <Flex align="center" gap={10} style={{ height: 52, paddingInline: 20 }}>
        <img src="/mark.svg" alt="" width={26} height={26} />
        <Typography.Text strong style={{ fontSize: 16 }}>
          {text.product}
        </Typography.Text>
      </Flex>
      <Menu mode="inline" selectedKeys={[section]} items={items} style={{ borderInlineEnd: 0 }} />
    </nav>
  );
});
