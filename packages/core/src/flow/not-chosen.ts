/** What a flow cannot be without and what is chosen rather than written: said by what is missing, in both languages (`中文 / English`). */
const CHOICES: Readonly<Record<string, string>> = {
  "/source": "还没有设置源：选连接和接口 / the source is not set yet: choose a connection and an API",
  "/source/connection": "还没有选择源的连接 / no connection is chosen for the source yet",
  "/source/api": "还没有选择源的接口 / no API is chosen for the source yet",
  "/target": "还没有设置目标：选连接和接口 / the target is not set yet: choose a connection and an API",
  "/target/connection": "还没有选择目标的连接 / no connection is chosen for the target yet",
  "/target/api": "还没有选择目标的接口 / no API is chosen for the target yet",
};

/** Undefined: it is no such place. */
export function notChosen(path: string): string | undefined {
  return CHOICES[path];
}
