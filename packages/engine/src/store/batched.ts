/**
 * Group commit: calls that come while a flush is under way wait and go together in the next one. One flush at a time, order kept; a
 * flush that fails fails for everyone in it.
 */
export function batched<T, R>(flush: (items: readonly T[]) => Promise<readonly R[]>, itemsMax = 64): (item: T) => Promise<R> {
  let waiting: { readonly item: T; readonly resolve: (result: R) => void; readonly reject: (error: unknown) => void }[] = [];
  let flushing = false;

  async function drain(): Promise<void> {
    flushing = true;
    while (waiting.length > 0) {
      const now = waiting.slice(0, itemsMax);
      waiting = waiting.slice(itemsMax);
      try {
        const results = await flush(now.map((call) => call.item));
        now.forEach((call, i) => call.resolve(results[i] as R));
      } catch (error) {
        for (const call of now) call.reject(error);
      }
    }
    flushing = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // Calls of the same tick belong together.
      if (!flushing) {
        flushing = true;
        queueMicrotask(() => void drain());
      }
    });
}
