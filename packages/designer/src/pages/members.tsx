/** Members of the workspace and their roles. An administrator of the installation also sees everybody and all workspaces here. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Form, Input, Modal, Popconfirm, Select, Space, type TableColumnsType } from "antd";
import { useState } from "react";
import type { Items } from "../api/answers.ts";
import { ask, workspacePath } from "../api/ask.ts";
import { ROLES, type Role } from "../api/deeds.ts";
import { useAnswer } from "../api/hooks.ts";
import { accessTexts } from "../language/access-texts.ts";
import { useTexts } from "../language/language.tsx";
import { manageTexts } from "../language/manage-texts.ts";
import { wordTexts } from "../language/word-texts.ts";
import { ListPage } from "../parts/list-page.tsx";
import { givenOf, NarrowFields, narrowOf, type NarrowGiven, type NarrowRights } from "../parts/narrow-rights.tsx";
import { ProblemAlert, useProblemLine } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";
import { PeopleCard } from "./members/people-card.tsx";
import { WorkspacesCard } from "./members/workspaces-card.tsx";

interface Member extends NarrowRights {
  readonly name: string;
  readonly display: string;
  readonly role: Role;
}

/** Roles that one may give: nobody makes anybody more than he is himself. */
export function useRoleOptions() {
  const words = useTexts(wordTexts);
  const text = useTexts(manageTexts);
  const { member } = usePlace();
  return ROLES.slice(0, ROLES.indexOf(member.role) + 1).map((value) => ({
    value,
    label: `${words.role[value]} · ${text.roleHints[value] ?? ""}`,
  }));
}

export function Members() {
  const text = useTexts(manageTexts);
  const words = useTexts(wordTexts);
  const { workspace, may } = usePlace();
  const list = useAnswer<Items<Member>>(workspace, "members");
  const access = useTexts(accessTexts);
  const [narrowing, setNarrowing] = useState<Member | null>(null);
  const [isAdding, setAdding] = useState(false);
  const roles = useRoleOptions();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const line = useProblemLine();
  const change = async (member: Member, role: Role | null, narrow: NarrowRights = member): Promise<void> => {
    const { name } = member;
    try {
      const path = workspacePath(workspace, `members/${encodeURIComponent(name)}`);
      await (role === null ? ask("DELETE", path) : ask("PUT", path, { body: { role, ...narrowOf(givenOf(narrow), role) } }));
      await queries.invalidateQueries({ queryKey: ["w", workspace, "members"] });
    } catch (refused) {
      void message.error(line(refused));
    }
  };
  const columns: TableColumnsType<Member> = [
    {
      title: text.name,
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
      title: text.role,
      render: (_, member) => (
        <Select
          aria-label={`${text.role} ${member.name}`}
          value={member.role}
          style={{ width: 230 }}
          options={roles}
          onChange={(next) => void change(member, next)}
        />
      ),
    },
    {
      title: access.rights,
      render: (_, member) => (
        <Space>
          {member.flows === null && member.tags === null
            ? access.allFlows
            : access.someFlows((member.flows?.length ?? 0) + (member.tags?.length ?? 0))}
          <Button size="small" aria-label={`${access.change} ${member.name}`} onClick={() => setNarrowing(member)}>
            {access.change}
          </Button>
        </Space>
      ),
    },
    {
      title: words.actions,
      render: (_, member) => (
        <Popconfirm title={text.removeMember} description={text.removeMemberAsk} onConfirm={() => void change(member, null)}>
          <Button size="small" danger>
            {text.removeMember}
          </Button>
        </Popconfirm>
      ),
    },
  ];
  return (
    <ListPage
      title={text.members}
      about={text.membersAbout}
      add={text.addMember}
      onAdd={() => setAdding(true)}
      none={text.membersNone}
      columns={columns}
      list={list}
    >
      {may("listPeople") ? <PeopleCard /> : null}
      {may("listWorkspaces") ? <WorkspacesCard /> : null}
      {isAdding ? <AddMember onClose={() => setAdding(false)} /> : null}
      {narrowing === null ? null : <NarrowMember member={narrowing} change={change} onClose={() => setNarrowing(null)} />}
    </ListPage>
  );
}

/** Which flows somebody sees, and whether in clear. */
function NarrowMember({
  member,
  change,
  onClose,
}: {
  readonly member: Member;
  readonly change: (member: Member, role: Role | null, narrow?: NarrowRights) => Promise<void>;
  readonly onClose: () => void;
}) {
  const text = useTexts(accessTexts);
  const [form] = Form.useForm<NarrowGiven>();
  const keep = async (given: NarrowGiven): Promise<void> => {
    await change(member, member.role, narrowOf(given, member.role));
    onClose();
  };
  return (
    <Modal open title={`${text.rights} · ${member.display}`} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" initialValues={givenOf(member)} onFinish={(given) => void keep(given)}>
        <NarrowFields />
      </Form>
    </Modal>
  );
}

interface Given {
  readonly name: string;
  readonly display?: string;
  readonly password?: string;
  readonly role: Role;
}

function AddMember({ onClose }: { readonly onClose: () => void }) {
  const text = useTexts(manageTexts);
  const { workspace, may } = usePlace();
  const roles = useRoleOptions();
  const queries = useQueryClient();
  const [form] = Form.useForm<Given>();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const add = async ({ name, display, password, role }: Given): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      if (password !== undefined && password !== "")
        await ask("POST", "/api/v1/people", { body: { name, password, ...(display === undefined || display === "" ? {} : { display }) } });
      await ask("PUT", workspacePath(workspace, `members/${encodeURIComponent(name)}`), { body: { role } });
      await Promise.all([["w", workspace, "members"], ["people"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
      onClose();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  const rules = [{ required: true, message: text.required }];
  return (
    <Modal open title={text.addMember} okText={text.addMember} confirmLoading={isBusy} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" initialValues={{ role: "viewer" }} onFinish={(given) => void add(given)}>
        <Form.Item name="name" label={text.name} rules={rules}>
          <Input autoComplete="off" maxLength={64} />
        </Form.Item>
        <Form.Item name="role" label={text.role} rules={rules}>
          <Select options={roles} />
        </Form.Item>
        {may("addPerson") ? (
          <Card size="small" title={text.newPerson} extra={text.newPersonHint}>
            <Form.Item name="display" label={text.display}>
              <Input maxLength={100} />
            </Form.Item>
            <Form.Item name="password" label={text.password} extra={text.passwordHint} style={{ marginBottom: 0 }}>
              <Input.Password autoComplete="new-password" />
            </Form.Item>
          </Card>
        ) : null}
      </Form>
      {error === null ? null : <ProblemAlert error={error} />}
    </Modal>
  );
}
