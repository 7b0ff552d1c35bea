/**
 * A list of tabs holds tabs alone. The library gives the role to the whole line, in which its button for the tabs that do not fit stands
 * too; who listens to the page would be told of a tab that is none. The role goes to the part that holds the tabs.
 */
export function narrowTabLists(body: HTMLElement): void {
  for (const line of body.querySelectorAll<HTMLElement>(".ant-tabs-nav[role=tablist]")) {
    const tabs = line.querySelector<HTMLElement>(".ant-tabs-nav-list");
    if (tabs === null) continue;
    for (const name of ["role", "aria-orientation", "aria-label"]) {
      const value = line.getAttribute(name);
      if (value === null) continue;
      line.removeAttribute(name);
      tabs.setAttribute(name, value);
    }
  }
}
