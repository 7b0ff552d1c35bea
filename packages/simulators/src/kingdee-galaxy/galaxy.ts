/** The state of one pretend server: account sets with their stores, sessions, tasks, locks and the ledger. */
import type { Ledger } from "../kit/ledger.ts";
import { createRandom, type Random } from "../kit/random.ts";
import { createRateWindow, type RateWindow } from "../kit/rate-window.ts";
import type { SimRequest, SimulatorOptions } from "../kit/simulator.ts";
import { ACCOUNTS, type Account } from "./credentials.ts";
import { createCompany } from "./data/company.ts";
import type { OnHand } from "./lifecycle.ts";
import { createTasks, type Tasks } from "./poll-mode.ts";
import { createQuerier, type Querier } from "./query.ts";
import { createSessions, type Sessions } from "./sessions.ts";
import type { GalaxySettings } from "./settings.ts";
import type { Store } from "./store.ts";

/** Somebody is editing: of one number, or of the whole form when the number is empty. */
export interface EditLock {
  readonly formId: string;
  readonly number: string;
  timesLeft: number;
}

/** What one account set holds. */
export interface Tenant {
  readonly store: Store;
  readonly onHand: OnHand;
  readonly querier: Querier;
  readonly rate: RateWindow | undefined;
}

export interface Galaxy {
  readonly settings: GalaxySettings;
  readonly now: () => number;
  readonly random: Random;
  readonly ledger: Ledger;
  readonly sessions: Sessions;
  readonly tasks: Tasks;
  /** Requests on which submitting and auditing must be refused. */
  readonly refuseAudit: WeakSet<SimRequest>;
  /** Forms, in lower case, the callers have no permission for. */
  readonly denied: Set<string>;
  locks: EditLock[];
  /** The store of the first account set, which judges look at. */
  readonly mainStore: Store;
  tenantOf(account: Account): Tenant;
}

/** Builds the server; the first account set's company at once, others when first used. */
export function createGalaxy(options: SimulatorOptions, settings: GalaxySettings, ledger: Ledger): Galaxy {
  const tokens = createRandom(options.seed ^ 0x70ce);
  const tenants = new Map<Account, Tenant>();
  const tenantOf = (account: Account): Tenant => {
    const known = tenants.get(account);
    if (known !== undefined) return known;
    const made: Tenant = {
      store: createCompany(options.bills, options.now(), createRandom(options.seed + ACCOUNTS.indexOf(account)), settings.tradeBills),
      onHand: new Map(),
      querier: createQuerier(settings),
      rate: settings.callsPerSecond > 0 ? createRateWindow(settings.callsPerSecond, 1000) : undefined,
    };
    tenants.set(account, made);
    return made;
  };
  const [main] = ACCOUNTS;
  if (main === undefined) throw new Error("there must be an account set");
  return {
    settings,
    now: options.now,
    random: tokens,
    ledger,
    sessions: createSessions(settings, options.now, tokens),
    tasks: createTasks(settings.pollSteps, tokens),
    refuseAudit: new WeakSet(),
    denied: new Set(),
    locks: [],
    mainStore: tenantOf(main).store,
    tenantOf,
  };
}
