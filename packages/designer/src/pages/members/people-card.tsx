/** Everybody of the installation: disabled, given a new password, made its administrator. For administrators of the installation. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Form, Input, Modal, Popconfirm, Space, Tag, Typography, type TableColumnsType } from "antd";
import { useState } from "react";
import type { Items } from "../../api/answers.ts";
import { ask } from "../../api/ask.ts";
import { useTexts } from "../../language/language.tsx";
import { manageTexts } from "../../language/manage-texts.ts";
import { wordTexts } from "../../language/word-texts.ts";
import { ProblemAlert, useProblemLine } from "../../parts/problem-alert.tsx";
import { Rows } from "../../parts/rows.tsx";
import { usePlace } from "../../shell/place.tsx";
import { systemTexts } from "./system-texts.ts";

interface Person {
  readonly name: string;
  readonly display: string;
  readonly isAdmin: boolean;
  readonly isDisabled: boolean;
}

type Change = Partial<Pick<Person, "isAdmin" | "isDisabled">> & { readonly password?: string };

const PEOPLE = ["people"];

/** Gives what the server refuses with; null where it is done. */
function useChange() {
  const queries = useQueryClient();
  return async (name: string, body: Change): Promise<unknown> => {
    try {
      await ask("PATCH", `/api/v1/people/${encodeURIComponent(name)}`, { body });
      await queries.invalidateQueries({ queryKey: PEOPLE });
      return null;
    } catch (refused) {
      return refused;
    }
  };
}

export function PeopleCard() {
  const text = useTexts(systemTexts);
  const manage = useTexts(manageTexts);
  const words = useTexts(wordTexts);
  const { me, may } = usePlace();
  const list = useQuery({ queryKey: PEOPLE, queryFn: ({ signal }) => ask<Items<Person>>("GET", "/api/v1/people", { signal }) });
  const [resetting, setResetting] = useState<Person | null>(null);
  const change = useChange();
  const { message } = App.useApp();
  const line = useProblemLine();
  const apply = async ({ name }: Person, body: Change): Promise<void> => {
    const refused = await change(name, body);
    if (refused === null) void message.success(text.done(name));
    else void message.error(line(refused));
  };
  const columns: TableColumnsType<Person> = [
    {
      title: manage.name,
      width: 260,
      ellipsis: true,
      render: (_, { name, display }) => (
        <span title={name}>
          {display}
          {display === name ? null : <span className="mono"> {name}</span>}
        </span>
      ),
    },
    {
      title: text.state,
      render: (_, { isAdmin, isDisabled }) => (
        <>
          <Tag color={isDisabled ? "default" : "green"}>{isDisabled ? text.disabled : text.active}</Tag>
          {isAdmin ? <Tag color="blue">{text.admin}</Tag> : null}
        </>
      ),
    },
    {
      title: words.actions,
      render: (_, person) => {
        const { name, isAdmin, isDisabled } = person;
        // Whoever shuts himself out has nobody to ask.
        if (!may("changePerson") || name === me.name) return null;
        const admin = isAdmin ? text.takeAdmin : text.makeAdmin;
        return (
          <Space wrap>
            <Button size="small" aria-label={`${text.reset} ${name}`} onClick={() => setResetting(person)}>
              {text.reset}
            </Button>
            {isDisabled ? (
              <Button size="small" aria-label={`${text.enable} ${name}`} onClick={() => void apply(person, { isDisabled: false })}>
                {text.enable}
              </Button>
            ) : (
              <Popconfirm title={text.disable} description={text.disableAsk} onConfirm={() => void apply(person, { isDisabled: true })}>
                <Button size="small" danger aria-label={`${text.disable} ${name}`}>
                  {text.disable}
                </Button>
              </Popconfirm>
            )}
            <Popconfirm
              title={admin}
              description={isAdmin ? null : text.makeAdminAsk}
              onConfirm={() => void apply(person, { isAdmin: !isAdmin })}
            >
              <Button size="small" aria-label={`${admin} ${name}`}>
                {admin}
              </Button>
            </Popconfirm>
          </Space>
        );
      },
    },
  ];
  return (
    <Card size="small" title={text.people} style={{ marginTop: 16 }}>
      <Typography.Paragraph type="secondary">{text.peopleAbout}</Typography.Paragraph>
      {list.error === null ? null : <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      <Rows rowKey="name" size="small" isBare isPending={list.isPending} columns={columns} rows={list.data?.items ?? []} none={text.none} />
      {resetting === null ? null : <NewPassword person={resetting} onClose={() => setResetting(null)} />}
    </Card>
  );
}

function NewPassword({ person, onClose }: { readonly person: Person; readonly onClose: () => void }) {
  const text = useTexts(systemTexts);
  const [form] = Form.useForm<{ password: string }>();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const change = useChange();
  const { message } = App.useApp();
  const keep = async ({ password }: { readonly password: string }): Promise<void> => {
    setBusy(true);
    const refused = await change(person.name, { password });
    setBusy(false);
    setError(refused);
    if (refused !== null) return;
    void message.success(text.done(person.name));
    onClose();
  };
  return (
    <Modal open title={`${text.reset} · ${person.display}`} confirmLoading={isBusy} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" onFinish={(given) => void keep(given)}>
        <Form.Item name="password" label={text.newPassword} extra={text.resetHint} rules={[{ required: true, message: text.required }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      </Form>
      {error === null ? null : <ProblemAlert error={error} />}
    </Modal>
  );
}
