/** The form of a connection, made from the connector's settings. Secrets are never shown: only that they are set. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Form, Input, Popconfirm, Segmented, Select, Space, Switch } from "antd";
import { useEffect, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import { captionOf, helpOf } from "../../flow/fields.ts";
import type { Connector, ConnectionView, Field } from "../../api/answers.ts";
import { ask, workspacePath } from "../../api/ask.ts";
import { useConnections } from "../../api/hooks.ts";
import { connectionTexts } from "../../language/connection-texts.ts";
import { useLanguage, useTexts } from "../../language/language.tsx";
import { wordTexts } from "../../language/word-texts.ts";
import { TestTold, useConnectionTest } from "../../parts/connection-test.tsx";
import { ProblemAlert, useProblemLine } from "../../parts/problem-alert.tsx";
import { useUnsavedGuard } from "../../parts/unsaved-guard.ts";
import { usePlace } from "../../shell/place.tsx";
import { Linked } from "./use.tsx";

interface Given {
  readonly id: string;
  readonly name: string;
  readonly environment: string;
  readonly privateNetwork: boolean;
  readonly settings: Readonly<Record<string, string | undefined>>;
}

/** Addresses of private networks and of this machine, as they are typed. */
function isOwnNetwork(value: string | undefined): boolean {
  const host = /^https?:\/\/(\[[^\]]+\]|[^/:?#]+)/i.exec(value ?? "")?.[1]?.toLowerCase() ?? "";
  return /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]|\[f[cd])/.test(host);
}

/** `system`, or `system-2` and so on where that is taken. */
function freeId(system: string, taken: readonly string[]): string {
  if (!taken.includes(system)) return system;
  let n = 2;
  while (taken.includes(`${system}-${n}`)) n += 1;
  return `${system}-${n}`;
}

export function ConnectionForm({ connector, view }: { readonly connector: Connector; readonly view: ConnectionView | null }) {
  const text = useTexts(connectionTexts);
  const words = useTexts(wordTexts);
  const { pick } = useLanguage();
  const { workspace, to, may } = usePlace();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [form] = Form.useForm<Given>();
  const taken = useConnections(workspace).data?.items.map(({ id }) => id);
  const [state, test] = useConnectionTest();
  const [error, setError] = useState<unknown>(null);
  const [revision, setRevision] = useState(view?.revision ?? 0);
  const [isBusy, setBusy] = useState(false);
  const [isDirty, setDirty] = useState(false);
  useUnsavedGuard(isDirty);
  const line = useProblemLine();
  const told = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error !== null || state.kind !== "none") told.current?.scrollIntoView({ block: "nearest" });
  }, [error, state]);
  const secrets = connector.settings.filter(({ secret }) => secret === true).map(({ field }) => field);
  const set = new Set(view?.secrets.map(({ setting }) => setting));
  const isSet = (field: string): boolean => set.has(`SECRET_${field.replace(/\W/g, "_")}`) || set.has(field);
  if (view === null && taken === undefined) return null;

  const save = async ({ id, name, environment, privateNetwork, settings }: Given): Promise<void> => {
    setBusy(true);
    setError(null);
    const filled = Object.entries(settings).filter(([, value]) => value !== undefined && value !== "");
    const kept = view?.document ?? {};
    const document = { ...kept, id, name, system: connector.system, environment, privateNetwork, settings: Object.fromEntries(filled) };
    try {
      const saved = await ask<{ revision: number }>("PUT", workspacePath(workspace, `connections/${id}`), { body: { revision, document } });
      setRevision(saved.revision);
      setDirty(false);
      void message.success(text.saved);
      await queries.invalidateQueries({ queryKey: ["w", workspace, "connections"] });
      await test(id);
      if (view === null) await queries.prefetchQuery({ queryKey: ["w", workspace, "connections"] });
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  };
  const remove = async (): Promise<void> => {
    try {
      await ask("DELETE", workspacePath(workspace, `connections/${view?.id ?? ""}`));
      await queries.invalidateQueries({ queryKey: ["w", workspace] });
      await navigate(to("connections"), { state: { isSaved: true } });
    } catch (refused) {
      void message.error(line(refused));
    }
  };
  const shown = view?.document;
  const initial: Given = {
    id: view?.id ?? freeId(connector.system, taken ?? []),
    name: shown?.name ?? pick(connector.name),
    environment: shown?.environment ?? "test",
    privateNetwork: (shown as { privateNetwork?: boolean } | undefined)?.privateNetwork ?? false,
    settings: Object.fromEntries(
      connector.settings.map(({ field, default: preset }) => [
        field,
        secrets.includes(field) ? "" : (shown?.settings[field] ?? (view === null ? preset : undefined)),
      ]),
    ),
  };
  return (
    <Space orientation="vertical" size="middle" style={{ width: "100%", maxWidth: 720 }}>
      <Form<Given>
        form={form}
        layout="vertical"
        onValuesChange={({ settings = {} }) => {
          setDirty(true);
          // Who types an address of his own network means it; the switch shows what that allows, and can be turned back.
          if (Object.values(settings).some(isOwnNetwork)) form.setFieldValue("privateNetwork", true);
        }}
        initialValues={initial}
        onFinish={(given) => void save(given)}
        disabled={!may("saveConnection")}
        scrollToFirstError
      >
        <GeneralCard isNew={view === null} isSaved={revision > 0} taken={taken ?? []} />
        <Card size="small" title={text.settings} style={{ marginBottom: 12 }}>
          {connector.settings.map((field) => (
            <SettingItem
              key={field.field}
              field={field}
              isSet={isSet(field.field)}
              whenUnset={connector.settings.find((each) => each.field === field.when?.field)?.default}
            />
          ))}
        </Card>
        {may("saveConnection", "removeConnection") ? (
          <Space>
            <Button type="primary" htmlType="submit" loading={isBusy}>
              {text.saveAndTest}
            </Button>
            {view === null ? null : (
              <Popconfirm title={text.removeAsk} description={text.removeHint} onConfirm={() => void remove()}>
                <Button>{words.remove}</Button>
              </Popconfirm>
            )}
          </Space>
        ) : (
          text.readOnly
        )}
      </Form>
      <div ref={told} style={{ scrollMargin: 16 }}>
        {error === null ? null : <ProblemAlert error={error} />}
        <TestTold state={state} />
        {view === null && state.kind === "told" && state.result.ok ? (
          <Space style={{ marginTop: 12 }}>
            <Link to={to("connections/new")}>
              <Button>{text.another}</Button>
            </Link>
            <Link to={to("flows/new")}>
              <Button type="primary">{text.thenFlow}</Button>
            </Link>
          </Space>
        ) : null}
      </div>
    </Space>
  );
}

interface SettingProps {
  readonly field: Field;
  readonly isSet: boolean;
  /** Of the setting that decides whether this one is asked for, what holds where it is empty. */
  readonly whenUnset: string | undefined;
}

function SettingItem({ field, isSet, whenUnset }: SettingProps) {
  const text = useTexts(connectionTexts);
  const { language, pick } = useLanguage();
  // What only explains the values is needed no more where they have names.
  const help = field.optionNames === undefined ? helpOf(field, language) : "";
  const nameOf = (value: string): string => {
    const name = field.optionNames?.[value];
    return name === undefined ? value : pick(name);
  };
  // What another way of logging in asks for is not shown, and stays as it was.
  const decides = Form.useWatch(["settings", field.when?.field ?? field.field]) as string | undefined;
  const isAsked = field.when === undefined || field.when.is.includes(decides ?? whenUnset ?? "");
  const control =
    field.options !== undefined ? (
      <Select
        allowClear
        placeholder={nameOf(field.default ?? "")}
        options={field.options.map((value) => ({ value, label: nameOf(value) }))}
      />
    ) : field.secret === true ? (
      <Input.Password autoComplete="new-password" placeholder={isSet ? text.secretKept : ""} />
    ) : (
      <Input autoComplete="off" spellCheck={false} placeholder={field.default ?? ""} />
    );
  return (
    <Form.Item
      name={["settings", field.field]}
      label={captionOf(field, language)}
      hidden={!isAsked}
      extra={help === "" ? undefined : <Linked text={help} />}
      rules={field.required === true && !(field.secret === true && isSet) ? [{ required: true, message: text.required }] : []}
    >
      {control}
    </Form.Item>
  );
}

interface GeneralCardProps {
  readonly isNew: boolean;
  readonly isSaved: boolean;
  readonly taken: readonly string[];
}

function GeneralCard({ isNew, isSaved, taken }: GeneralCardProps) {
  const text = useTexts(connectionTexts);
  const words = useTexts(wordTexts);
  return (
    <Card size="small" style={{ marginBottom: 12 }}>
      <Form.Item name="name" label={text.name} rules={[{ required: true, message: text.required }]}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item
        name="id"
        label={text.id}
        extra={text.idHint}
        hidden={!isNew}
        rules={[
          { required: true, message: text.required },
          { pattern: /^[a-z0-9][a-z0-9-]*$/, message: text.idWrong },
          {
            validator: (_, id: string) => (!isSaved && taken.includes(id) ? Promise.reject(new Error(text.idTaken)) : Promise.resolve()),
          },
        ]}
      >
        <Input maxLength={100} disabled={isSaved} />
      </Form.Item>
      <Form.Item name="environment" label={text.environment}>
        <Segmented options={["production", "test", "development"].map((value) => ({ value, label: words.environment[value] ?? value }))} />
      </Form.Item>
      <Form.Item
        name="privateNetwork"
        label={text.privateNetwork}
        extra={text.privateNetworkHint}
        valuePropName="checked"
        style={{ marginBottom: 0 }}
      >
        <Switch />
      </Form.Item>
    </Card>
  );
}
