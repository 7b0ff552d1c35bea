/**
 * Whoever closes a dialog is where he was before. The library gives the focus back where a dialog stays in the page; ours are taken away
 * with their state, and the focus would fall to the top of the page: a keyboard's next Tab would begin there again.
 */
const OVER = ".ant-modal-root, .ant-drawer";
const KEPT = 12;

export function giveBackFocus(root: HTMLElement): void {
  const { ownerDocument: page } = root;
  /** The latest last: what opened a dialog may be gone with its menu, and then what opened that is meant. */
  let before: HTMLElement[] = [];
  page.addEventListener("focusin", ({ target }) => {
    if (!(target instanceof HTMLElement) || target === page.body) return;
    before = [...before.filter((each) => each !== target), target].slice(-KEPT);
  });
  const giveBack = (): void => {
    if (page.activeElement !== null && page.activeElement !== page.body) return;
    // Whoever pressed on empty ground is nowhere by his own will.
    if (before.at(-1)?.isConnected !== false) return;
    const over = [...page.querySelectorAll<HTMLElement>(OVER)].findLast((each) => each.getClientRects().length > 0);
    const here = over ?? root;
    before.findLast((each) => here.contains(each) && each.checkVisibility({ visibilityProperty: true }))?.focus({ preventScroll: true });
  };
  // Dialogs are children of the body, beside the root; what is in them is taken out first.
  new MutationObserver((changes) => {
    if (changes.some(({ removedNodes }) => removedNodes.length > 0)) giveBack();
  }).observe(page.body, { childList: true });
}
