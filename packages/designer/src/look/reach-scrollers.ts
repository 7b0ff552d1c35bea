/**
 * Boxes that scroll are reached by keys. The library's tables scroll in a box of their own that takes no focus; where nothing in it can be
 * focused either, what lies beyond the edge could not be seen without a mouse. Of our own boxes those of the class `scrolls`.
 */
const BOXES = ".ant-table-content, .ant-table-body, .ant-modal-body, .ant-drawer-body, .scrolls";

export function reachScrollers(body: HTMLElement): void {
  const boxes = [...body.querySelectorAll<HTMLElement>(BOXES)];
  // All is measured first and changed then, so that the page is laid out once.
  const scrolls = boxes.map((box) => box.scrollWidth > box.clientWidth || (box.scrollHeight > box.clientHeight && isRolling(box)));
  for (const [i, box] of boxes.entries()) {
    if (scrolls[i] === true) box.tabIndex = 0;
    else if (box.tabIndex === 0) box.removeAttribute("tabindex");
  }
}

const isRolling = (box: HTMLElement): boolean => /auto|scroll/.test(getComputedStyle(box).overflowY);
