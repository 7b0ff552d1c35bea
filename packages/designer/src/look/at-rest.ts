/** Does what is to be done to the page as it lies there, each time it has come to rest: after changes, and when the window has another size. */
const REST_MS = 150;

export function atRest(root: HTMLElement, look: (body: HTMLElement) => void): void {
  const { body } = root.ownerDocument;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(look, REST_MS, body);
  };
  // Dialogs are beside the root, not in it.
  new MutationObserver(soon).observe(body, { childList: true, subtree: true });
  addEventListener("resize", soon);
  soon();
}
