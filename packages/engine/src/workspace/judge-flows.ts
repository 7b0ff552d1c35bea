/**
 * Work on a flow of a workspace that is done again only where something that it looked at has changed: each flow has its own, so that a
 * change costs what depends on it. What is looked at is noticed as it happens, so nothing can be forgotten in a list.
 */
import type { FlowEntry } from "./entry.ts";
import type { Workspace } from "./workspace.ts";

interface Judged<T> {
  readonly workspace: Workspace;
  readonly looks: readonly Look[];
  readonly value: T;
}

/** True while the workspace gives what was seen. */
type Look = (workspace: Workspace) => boolean;

/** `work` looks at nothing but the workspace and the entry, and changes neither. One that throws is done again each time. */
export function judgeFlows<T>(work: (workspace: Workspace, entry: FlowEntry) => T): (workspace: Workspace, entry: FlowEntry) => T {
  const judged = new WeakMap<FlowEntry, Judged<T>>();
  return (workspace, entry) => {
    const known = judged.get(entry);
    if (known !== undefined && (known.workspace === workspace || known.looks.every((look) => look(workspace)))) {
      if (known.workspace !== workspace) judged.set(entry, { ...known, workspace });
      return known.value;
    }
    const looks: Look[] = [];
    const value = work(watched(workspace, looks), entry);
    judged.set(entry, { workspace, looks, value });
    return value;
  };
}

/** The workspace, noting what is looked at. */
function watched(workspace: Workspace, looks: Look[]): Workspace {
  const part = <K extends keyof Workspace>(name: K): Workspace[K] => {
    const seen = workspace[name];
    looks.push((other) => other[name] === seen);
    return seen;
  };
  const map = <V>(of: (from: Workspace) => ReadonlyMap<string, V>): ReadonlyMap<string, V> => new WatchedMap(workspace, of, looks);
  return {
    get dir() {
      return part("dir");
    },
    get name() {
      return part("name");
    },
    get connectors() {
      return part("connectors");
    },
    get issues() {
      return part("issues");
    },
    flows: map((from) => from.flows),
    connections: map((from) => from.connections),
    tables: map((from) => from.tables),
  };
}

/** Of single entries it notes these; who goes through it has seen all of it. */
class WatchedMap<V> implements ReadonlyMap<string, V> {
  private readonly of: (from: Workspace) => ReadonlyMap<string, V>;
  private readonly own: ReadonlyMap<string, V>;
  private readonly looks: Look[];

  constructor(workspace: Workspace, of: (from: Workspace) => ReadonlyMap<string, V>, looks: Look[]) {
    this.of = of;
    this.own = of(workspace);
    this.looks = looks;
  }

  get(key: string): V | undefined {
    const { of } = this;
    const seen = this.own.get(key);
    this.looks.push((other) => of(other).get(key) === seen);
    return seen;
  }

  has(key: string): boolean {
    const { of } = this;
    const seen = this.own.has(key);
    this.looks.push((other) => of(other).has(key) === seen);
    return seen;
  }

  get size(): number {
    return this.all().size;
  }

  keys(): MapIterator<string> {
    return this.all().keys();
  }

  values(): MapIterator<V> {
    return this.all().values();
  }

  entries(): MapIterator<[string, V]> {
    return this.all().entries();
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  forEach(each: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.all()) each(value, key, this);
  }

  /** Read anew, it is another one where anything in it has changed. */
  private all(): ReadonlyMap<string, V> {
    const { of, own } = this;
    this.looks.push((other) => of(other) === own);
    return own;
  }
}
