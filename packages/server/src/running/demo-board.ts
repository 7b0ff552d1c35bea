/**
 * The systems of the demo environment: programs that behave like the real ones, started with the server's own process when they are first
 * wanted. Whoever starts the server says how; the server itself knows none of them.
 */
import type { Connection } from "@datong/core";

export interface DemoSystems {
  /** One for each system, with its settings in clear. */
  readonly connections: readonly Connection[];
  readonly close: () => Promise<void>;
}

export interface DemoBoard {
  /** False: the installation offers no demo. */
  readonly isOffered: boolean;
  /** Started once, however often it is asked. */
  readonly open: () => Promise<readonly Connection[]>;
  readonly close: () => Promise<void>;
}

export function createDemoBoard(start: (() => Promise<DemoSystems>) | undefined): DemoBoard {
  let opened: Promise<DemoSystems> | undefined;
  return {
    isOffered: start !== undefined,
    open: async () => {
      opened ??= start?.().catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      return (await opened)?.connections ?? [];
    },
    close: async () => {
      // One that could not start has nothing to close, and whoever asked for it was told.
      const systems = await opened?.then(
        (each) => each,
        () => null,
      );
      await systems?.close();
    },
  };
}
