/** Texts of `datong doctor` about the server's store and machine. */
import type { Language } from "@datong/core";

const zh = {
  locale: "语言与时区",
  disk: "磁盘",
  diskFree: (free: string, folder: string): string => `${folder} 可用 ${free}`,
  diskLow: (free: string, folder: string): string => `${folder} 只剩 ${free}：清理磁盘，或设置请求与响应的配额`,
  port: "端口",
  portFree: (port: number): string => `${port} 空闲`,
  portTaken: (port: number): string => `${port} 已有程序在监听（若是 datong serve 则正常）`,
  store: "数据库",
  storeIs: (version: string, encoding: string, connections: number, size: string): string =>
    `PostgreSQL ${version}，${encoding}，最多 ${connections} 个连接，${size}`,
  storeNone: (folder: string): string => `${folder} 里还没有数据库，首次启动时建立`,
  encodingWrong: (encoding: string): string => `编码是 ${encoding}，须为 UTF8：新建 UTF8 的库并恢复备份`,
  clock: "时钟",
  clockOff: (seconds: string): string => `与数据库相差 ${seconds} 秒：校准时钟（NTP）`,
  clockFine: "与数据库一致",
  migrations: "表结构",
  migrationsFine: "最新",
  migrationsMissing: (names: string): string => `待升级：${names}（启动服务时自动升级，先备份）`,
  migrationsUnknown: (names: string): string => `库比程序新：${names}（更新程序）`,
  key: "主密钥",
  keyFine: "与密码一致",
  keyOther: "不是加密时用的那一个：给出原来的 DATONG_MASTER_KEY 或 master.key",
  leases: "租约",
  leasesFine: "没有卡住的方案",
  leasesStuck: (flows: string): string => `已过期（下次执行会接手）：${flows}`,
  silent: (n: number): string => `${n} 个进程一分钟没有心跳`,
};

const en: typeof zh = {
  locale: "Language and zone",
  disk: "Disk",
  diskFree: (free, folder) => `${free} free in ${folder}`,
  diskLow: (free, folder) => `only ${free} free in ${folder}: make room, or set a quota for exchanges`,
  port: "Port",
  portFree: (port) => `${port} is free`,
  portTaken: (port) => `${port} is listened at already (all right if it is datong serve)`,
  store: "Database",
  storeIs: (version, encoding, connections, size) => `PostgreSQL ${version}, ${encoding}, at most ${connections} connections, ${size}`,
  storeNone: (folder) => `there is none in ${folder} yet; the first start makes it`,
  encodingWrong: (encoding) => `its encoding is ${encoding} and must be UTF8: make a database in UTF8 and restore a backup`,
  clock: "Clock",
  clockOff: (seconds) => `${seconds} s apart from the database's: set it right (NTP)`,
  clockFine: "as the database's",
  migrations: "Tables",
  migrationsFine: "up to date",
  migrationsMissing: (names) => `to be brought up to date: ${names} (the next start does it; back up first)`,
  migrationsUnknown: (names) => `the database is newer than this program: ${names} (update it)`,
  key: "Master key",
  keyFine: "fits the secrets",
  keyOther: "is not the one that the secrets are sealed under: give the former DATONG_MASTER_KEY or master.key",
  leases: "Leases",
  leasesFine: "no flow is stuck",
  leasesStuck: (flows) => `over (the next run takes them): ${flows}`,
  silent: (n) => `${n} processes without a heartbeat for a minute`,
};

export function doctorText(language: Language): typeof zh {
  return language === "zh" ? zh : en;
}
