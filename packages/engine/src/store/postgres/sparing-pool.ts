/**
 * A pool that keeps to a few connections while nobody waits long for one: each is 15 MB of the server's memory, and a run alone is no
 * faster with ten than with five. Who waits for a quarter of a second gets one more, up to `most`; after ten seconds without that it is few again.
 */
import pg from "pg";

const WAITS_LOOKS = 5;
const CALM_LOOKS = 200;

export class SparingPool extends pg.Pool {
  private readonly few: number;
  private readonly most: number;
  private readonly lookMs: number;
  private timer: NodeJS.Timeout | undefined;
  private waits = 0;
  private calm = 0;

  /** `few` and `most` connections; `settings.max` is not looked at. Every `lookMs` it is seen whether somebody waits. */
  constructor(settings: pg.PoolConfig, few: number, most: number, lookMs = 50) {
    super({ ...settings, max: few });
    this.few = few;
    this.most = most;
    this.lookMs = lookMs;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(
    callback: (error: Error | undefined, client: pg.PoolClient | undefined, done: (release?: unknown) => void) => void,
  ): void;
  override connect(callback?: Parameters<pg.Pool["connect"]>[0]): Promise<pg.PoolClient> | void {
    // The pool's own `query` comes here too.
    const given = callback === undefined ? super.connect() : super.connect(callback);
    if (this.waitingCount > 0 && this.timer === undefined) this.timer = setInterval(() => this.look(), this.lookMs).unref();
    return given;
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): Promise<void> | void {
    clearInterval(this.timer);
    return callback === undefined ? super.end() : super.end(callback);
  }

  private look(): void {
    const isWaiting = this.waitingCount > 0;
    this.waits = isWaiting ? this.waits + 1 : 0;
    this.calm = isWaiting ? 0 : this.calm + 1;
    if (this.waits >= WAITS_LOOKS) this.grow();
    if (this.calm < CALM_LOOKS) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.calm = 0;
    this.options.max = this.few;
  }

  /** One more: taken by us, and given back at once to whoever waits. */
  private grow(): void {
    this.waits = 0;
    if (this.options.max >= this.most) return;
    this.options.max += 1;
    super.connect().then(
      (client) => client.release(),
      // Whoever waits is told by his own attempt.
      () => undefined,
    );
  }
}
