/** The server's answers about APIs as assets. */
export interface Names {
  readonly zh: string;
  readonly en: string;
}

export interface Asset {
  readonly connection: string;
  readonly connectionName: string | null;
  readonly environment: string;
  readonly system: string;
  readonly systemName: Names;
  readonly api: string;
  readonly name: Names;
  readonly direction: "query" | "write";
  readonly offLine: { readonly since: number; readonly by: string; readonly reason: string } | null;
  readonly flows: readonly { readonly flow: string; readonly name: string | null; readonly isEnabled: boolean; readonly role: string }[];
  readonly callsToday: number;
  readonly calls: number;
  readonly errors: number;
  readonly p95Ms: number | null;
  readonly lastAt: number | null;
}

export interface AssetField {
  readonly field: string;
  readonly label: string;
  readonly labelEn?: string;
  readonly type?: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly descriptionEn?: string;
  readonly default?: string;
  readonly children?: readonly AssetField[];
}

export interface AssetDetail {
  readonly asset: Asset;
  readonly document: {
    readonly code: string;
    readonly request: readonly AssetField[];
    readonly response: readonly AssetField[];
    readonly options?: readonly AssetField[];
    readonly shape: { readonly method: string; readonly path: string };
  };
  readonly uses: readonly {
    readonly flow: string;
    readonly name: string | null;
    readonly isEnabled: boolean;
    readonly role: string;
    readonly fields: readonly string[];
  }[];
  readonly series: readonly { readonly day: string; readonly calls: number; readonly errors: number; readonly p95Ms: number | null }[];
  readonly lastError: { readonly at: number; readonly text: string } | null;
  readonly quota: {
    readonly callsPerSecond: number | null;
    readonly callsPerMinute: number | null;
    readonly callsPerDay: number | null;
    readonly concurrency: number;
    readonly usedToday: number;
    readonly usedTodayByConnection: number;
  };
}

/** Below the workspace. */
export function assetPath(connection: string, api: string): string {
  return `connections/${connection}/apis/${encodeURIComponent(api)}`;
}
