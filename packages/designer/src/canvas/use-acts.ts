/**
 * What people do on the canvas, each told to the server and kept for undo: move, note, copy, paste, remove, bind two flows. Flows are
 * changed as drafts; nothing here publishes or enables. Failures are told, and what the server has is shown again.
 */
import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useRef, useState } from "react";
import type { FlowRow, FlowView } from "../api/answers.ts";
import { ask, workspacePath, type Method } from "../api/ask.ts";
import { edited, newDraft, type Path } from "../flow/draft.ts";
import { canvasTexts } from "../language/canvas-texts.ts";
import { useTexts } from "../language/language.tsx";
import { copyText } from "../parts/copy-text.ts";
import { useProblemLine } from "../parts/problem-alert.tsx";
import { usePlace } from "../shell/place.tsx";
import { copiedOfText, renewed, textOfCopied, type Copied, type CopiedFlow } from "./clipboard.ts";
import type { History } from "./history.ts";
import type { Note, Place } from "./model.ts";

export type Places = ReadonlyMap<string, Place>;
type Notes = Readonly<Record<string, Note | null>>;
type Bond = "after" | "precondition";
type Texts = (typeof canvasTexts)["zh"];

const BONDS: Readonly<Record<Bond, { readonly set: Path; readonly clear: Path }>> = {
  after: { set: ["dispatch", "after"], clear: ["dispatch", "after"] },
  precondition: { set: ["dispatch", "precondition", "flow"], clear: ["dispatch", "precondition"] },
};
const ASIDE = 48;

interface ActsInput {
  readonly did: History["did"];
  readonly flows: readonly FlowRow[];
  /** Moves the nodes on the screen. */
  readonly show: (places: Places) => void;
  readonly placeOf: (id: string) => Place;
  /** Where nodes stand. */
  readonly standing: () => readonly Place[];
}

interface Surroundings extends ActsInput {
  readonly text: Texts;
  readonly ask: <T>(method: Method, path: string, body?: unknown) => Promise<T>;
  /** Reads flows and canvas anew. */
  readonly refresh: () => Promise<void>;
  readonly say: (kind: "success" | "info" | "warning" | "error", line: string) => void;
  readonly lineOf: (error: unknown) => string;
  readonly confirm: (n: number, then: () => Promise<void>) => void;
}

const gone = (of: object): Record<string, null> => Object.fromEntries(Object.keys(of).map((id) => [id, null]));

export class Acts {
  readonly #now: () => Surroundings;
  /** Asked each time: one set of acts stays for as long as the canvas is open. */
  constructor(now: () => Surroundings) {
    this.#now = now;
  }

  get #at(): Surroundings {
    return this.#now();
  }

  async #tried(work: () => Promise<void>): Promise<void> {
    const { say, lineOf, refresh } = this.#at;
    try {
      await work();
    } catch (error) {
      say("error", lineOf(error));
      await refresh();
    }
  }

  /** Done now, and kept for undo if it went well. */
  #perform(redo: () => Promise<void>, undo: () => Promise<void>, said = ""): Promise<void> {
    return this.#tried(async () => {
      await redo();
      this.#at.did({ redo, undo });
      if (said !== "") this.#at.say("success", said);
    });
  }

  moved(before: Places, after: Places): Promise<void> {
    const lay = (places: Places) => async (): Promise<void> => {
      this.#at.show(places);
      await this.#at.ask("PATCH", "canvas", { places: Object.fromEntries(places) });
    };
    return this.#perform(lay(after), lay(before));
  }

  setNotes(after: Notes, before: Notes): Promise<void> {
    const write = (notes: Notes) => async (): Promise<void> => {
      await this.#at.ask("PATCH", "canvas", { notes });
      const there = Object.entries(notes).flatMap(([id, note]) => (note === null ? [] : [[id, { x: note.x, y: note.y }] as const]));
      this.#at.show(new Map(there));
      await this.#at.refresh();
    };
    return this.#perform(write(after), write(before));
  }

  copy(ids: readonly string[], notes: readonly Note[]): Promise<void> {
    const { say, text } = this.#at;
    return this.#tried(async () => {
      if (ids.length + notes.length === 0) say("info", text.nothingToCopy);
      else if (await copyText(textOfCopied(await this.#read(ids, notes)))) say("success", text.copied(ids.length));
      else say("error", text.copyRefused);
    });
  }

  async paste(given: string): Promise<void> {
    const copied = copiedOfText(given);
    if (copied === null) this.#at.say("warning", this.#at.text.notOurs);
    else await this.#putDown(copied);
  }

  duplicate(ids: readonly string[], notes: readonly Note[]): Promise<void> {
    return this.#tried(async () => this.#putDown(await this.#read(ids, notes)));
  }

  remove(ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.#at.confirm(ids.length, () =>
      this.#tried(async () => {
        const { flows } = await this.#read(ids, []);
        await this.#perform(
          () => this.#drop(ids),
          () => this.#make(flows),
          this.#at.text.removed(ids.length),
        );
      }),
    );
  }

  /** `other` null: no longer bound. */
  bind(id: string, bond: Bond, other: string | null, before: string | null): Promise<void> {
    const name = this.#at.flows.find((flow) => flow.id === id)?.name ?? id;
    const to = (bound: string | null) => async (): Promise<void> => {
      const { revision, text } = await this.#at.ask<FlowView>("GET", `flows/${id}`);
      const edit = bound === null ? { path: BONDS[bond].clear, value: undefined } : { path: BONDS[bond].set, value: bound };
      const after = edited(newDraft(text), { kind: "set", ...edit }).text;
      if (after !== text) await this.#at.ask("PUT", `flows/${id}`, { revision, text: after });
      await this.#at.refresh();
    };
    return this.#perform(to(other), to(before), this.#at.text.savedDraft(name));
  }

  async #read(ids: readonly string[], notes: readonly Note[]): Promise<Copied> {
    const one = async (id: string): Promise<CopiedFlow> => {
      const { text } = await this.#at.ask<FlowView>("GET", `flows/${id}`);
      return { id, text, place: this.#at.placeOf(`f:${id}`) };
    };
    return { flows: await Promise.all(ids.map(one)), notes };
  }

  async #make(flows: readonly CopiedFlow[]): Promise<void> {
    for (const { id, text } of flows) await this.#at.ask("PUT", `flows/${id}`, { revision: 0, text });
    await this.#at.refresh();
  }

  async #drop(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#at.ask("DELETE", `flows/${id}`);
    await this.#at.refresh();
  }

  #putDown(copied: Copied): Promise<void> {
    const { flows, text, standing } = this.#at;
    const made = renewed(copied, new Set(flows.map(({ id }) => id)), text.copyOf, standing());
    const notes = Object.fromEntries(copied.notes.map((note) => [noteId(), { ...note, x: note.x + ASIDE, y: note.y + ASIDE }]));
    const places = Object.fromEntries(made.map(({ id, place }) => [`f:${id}`, place]));
    return this.#perform(
      async () => {
        await this.#at.ask("PATCH", "canvas", { places, notes });
        await this.#make(made);
      },
      async () => {
        await this.#at.ask("PATCH", "canvas", { places: gone(places), notes: gone(notes) });
        await this.#drop(made.map(({ id }) => id));
      },
      text.pasted(made.length),
    );
  }
}

export function useActs({ did, flows, show, placeOf, standing }: ActsInput): Acts {
  const text = useTexts(canvasTexts);
  const { workspace } = usePlace();
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  const lineOf = useProblemLine();
  const surroundings: Surroundings = {
    did,
    flows,
    show,
    placeOf,
    standing,
    text,
    lineOf,
    ask: (method, path, body) => ask(method, workspacePath(workspace, path), body === undefined ? {} : { body }),
    refresh: async () => {
      await queries.invalidateQueries({ queryKey: ["w", workspace, "flows"] });
      await queries.invalidateQueries({ queryKey: ["w", workspace, "canvas"] });
    },
    say: (kind, line) => void message[kind](line),
    confirm: (n, onOk) =>
      void modal.confirm({
        title: text.remove(n),
        content: text.removeAsk,
        okText: text.removeOk,
        okButtonProps: { danger: true },
        cancelText: text.cancel,
        onOk,
      }),
  };
  const now = useRef(surroundings);
  now.current = surroundings;
  return useState(() => new Acts(() => now.current))[0];
}

/** Letters and digits, as the server takes them. */
export function noteId(): string {
  return `n:${crypto.getRandomValues(new Uint32Array(3)).reduce((id, part) => id + part.toString(36), "n")}`;
}
