/** Texts of the commands, Chinese. The other languages have the same keys. */
export const zh = {
  programSummary: "打通：把一个业务系统的单据可靠地写进另一个业务系统",
  helpMore: "任何命令都可加 --json（结果为一个 JSON 对象）和 --lang zh|en。",
  optHelp: "显示帮助",
  helpTitles: { "Usage:": "用法：", "Options:": "选项：", "Commands:": "命令：", "Arguments:": "参数：" } as Readonly<
    Record<string, string>
  >,
  argFlow: "方案文件的路径，或方案标识",
  argRecord: "源单号、源主键、外部单号、目标单号或单据编号",
  optLang: "语言",
  optJson: "结果输出为一个 JSON 对象",
  optWorkspace: "工作区文件夹（默认：上级最近的工作区，其次为本仓库的示例）",
  optEnvFile: "KEY=VALUE 变量文件",
  optData: "数据文件夹（默认：<工作区>/.datong；环境变量 DATONG_DATA）",
  optSeed: "模拟数据的种子",
  optBills: "每个模拟系统的单据数",
  optKeep: "保留数据文件夹",
  optPort: "第一个端口，其余依次加一",
  optOnly: "只启动这些系统",
  optEnvOut: "把连接变量写入该文件（仅本人可读）",
  optLimit: "最多几单",
  optNumber: "只处理这些单号",
  optFrom: "回补：只读从这个时间起修改的单据（2026-10-01 00:00:00 或 -30d），不移动水位",
  optRemedy: "查漏补缺：用方案的 source.remedy 参数再读一次，水位不动",
  optTo: "回补到这个时间（默认到现在），与 --from 同用",
  optWait: "等待到期重试的秒数",
  optStatus: "只列该状态",
  optAddColumns: "以 YAML 输出新列，可粘贴到 source.columns",
  cmdDemo: "用模拟系统完整演示一遍，并与对方账本核对",
  cmdSimulate: "启动模拟的业务系统，直到中断",
  cmdCheck: "检查方案",
  cmdPreview: "预览：读取并映射，不写入",
  cmdRun: "运行一次方案",
  cmdRecords: "列出方案的单据",
  cmdShow: "一张单据的来龙去脉",
  cmdRetry: "用当前方案重新映射失败的单据并重新写入",
  cmdVersion: "显示版本",
  cmdDoctor: "检查运行环境",
  cmdNew: "新建",
  cmdNewConnector: "新建适配器：三个数据文件和一个模拟系统",
  argSystem: "系统标识，如 my-shop",
  optSystemName: "系统的中文名称",
  newConnectorNext: (system: string): string =>
    [
      "这是一个可以运行的起点（虚构系统的订单查询）。接下来：",
      "  npm run gen                                        列入清单",
      "  npm test -- packages/connectors/test/data          检查声明",
      `  npm run datong -- simulate --only ${system}        启动它的模拟系统`,
      "  再按供应商的资料逐个修改，见 CONTRIBUTING.md",
    ].join("\n"),
  usageTodo: "用 --help 查看用法。",
  usage: {
    "commander.unknownOption": "没有这个选项",
    "commander.unknownCommand": "没有这个命令",
    "commander.missingArgument": "缺少参数",
    "commander.excessArguments": "参数太多",
    "commander.invalidArgument": "参数值不对",
    "commander.optionMissingArgument": "选项缺少值",
  } as Readonly<Record<string, string>>,
  usageOther: "用法不对",
  file: "文件：",
  place: "位置：",
  todo: "怎么办：",
  stopping: "正在停止：已发出的请求等到答复为止，其余留在队列里",
  progress: (read: number, records: number, written: number, failed: number): string =>
    `读 ${read} 行 ${records} 单 · 写成 ${written} · 失败 ${failed}`,
  waitingQueue: (seconds: number): string => `等待：${seconds} 秒后重试`,
  waitingPage: (seconds: number, why: string): string => `等待：${seconds} 秒后重读本页（${why}）`,
  runSummary: (r: {
    id: string;
    read: number;
    records: number;
    unchanged: number;
    written: number;
    failed: number;
    skipped: number;
    unknown: number;
    durationMs: number;
  }): string =>
    `${r.id}：读 ${r.read} 行，${r.records} 单（无变化 ${r.unchanged}）；写成 ${r.written}，失败 ${r.failed}，跳过 ${r.skipped}，待查证 ${r.unknown}；${(r.durationMs / 1000).toFixed(1)} 秒`,
  runMoreWarnings: (n: number, id: string): string => `另有 ${n} 单需要人看：datong records ${id}`,
  runQueued: (n: number): string => `还有 ${n} 单在队列里，下次运行继续。`,
  runLook: (id: string): string => `查看：datong records ${id} --status failed；单张：datong show <单号> --flow ${id}`,
  simulateEnvHead: "# datong simulate 写入：模拟系统的地址和虚构的凭据",
  simulateEnvWritten: (path: string): string => `变量已写入 ${path}`,
  simulateBase: "接口地址",
  simulatePath: "路径",
  simulateLedger: "对方账本",
  simulateFaults: "故障开关",
  simulateReady: "模拟系统已就绪（凭据均为虚构）。按 Ctrl-C 结束。",
  demoStart: (systems: number, calls: number): string =>
    `启动 ${systems} 个模拟系统和自带的 PostgreSQL。为缩短演示，调用频率限制已放宽：模拟系统不限，连接为每秒 ${calls} 次；真实系统按适配器的限制。`,
  demoKept: (dir: string): string => `数据保留在 ${dir}`,
  demoTable: ["方案", "系统", "读取行", "单据", "写成", "失败", "跳过", "待查证", "秒"] as readonly string[],
  demoCompared: "与模拟系统的账本核对（源系统数据对目标系统账本，不经过打通）：",
  demoSums: (a: DemoSums, e: DemoSums): string =>
    `到达 ${a.documents} 单，应到 ${e.documents} 单` +
    (e.lines === 0 ? "" : `；明细 ${a.lines}/${e.lines} 行；数量 ${a.quantity}/${e.quantity}`) +
    (e.amount === "0" ? "" : `；价税合计 ${a.amount}/${e.amount}`),
  demoProblem: (kind: string, detail: string): string =>
    `${({ missing: "没有到达", twice: "到达多次", surplus: "多出来", differs: "内容不同" } as Readonly<Record<string, string>>)[kind] ?? kind} ${detail}`,
  demoMore: (n: number): string => `……还有 ${n} 处`,
  demoTook: (s: string): string => `共 ${s} 秒`,
  demoStory: "一张单据的来龙去脉：",
  demoNext: (ok: boolean): string =>
    [
      ok ? "全部单据恰好到达一次，行数、数量、金额一致。接下来：" : "有单据没有正确到达，见上。接下来：",
      "  datong simulate --env examples/workspace/.env    启动模拟系统，可用 curl 查账本、设故障",
      "  datong run kingdee-return-to-jushuitan-inout      另开终端，运行一个方案",
      "  把 connections/*.yaml 换成自己的系统，再 datong preview <方案>",
    ].join("\n"),
  storyRecord: "单据",
  storyKey: "主键",
  storySeen: (version: number): string => `从源系统读到（第 ${version} 版）`,
  storyRows: "源数据：",
  storyGone: "（已过保留期）",
  storyReason: (reason: string): string => `原因：${reason}`,
  storyDocument: "目标单据",
  storyStage: (stage: string): string => `阶段 ${stage}`,
  storyAttempts: (n: number): string => `写入 ${n} 次`,
  storyShared: (records: readonly string[]): string =>
    `由 ${records.length} 张源单据共有：${records.slice(0, 10).join("、")}${records.length > 10 ? "……" : ""}`,
  storyBody: "映射结果：",
  storyWaiting: (action: string, at: string, sentAt: string | null): string =>
    `待办：${action}，${at} 起${sentAt === null ? "" : `；上次已于 ${sentAt} 发出，结果未知`}`,
  storyEnd: (status: string, number: string | null, id: string | null): string =>
    `${status}${number === null ? "" : `，目标单号 ${number}`}${id === null ? "" : `，目标内码 ${id}`}`,
  storyNumbers: (source: string, target: string): string => `单号对照：${source} → ${target}`,
  storyCall: (operation: string, status: number, ms: number): string =>
    `调用 ${operation}，${status === 0 ? "没有答复" : `HTTP ${status}`}，${ms} 毫秒`,
  storyRequest: "请求：",
  storyResponse: "答复：",
  checkOk: (id: string): string => `✓ ${id}：没有问题`,
  checkConnections: "方案用到的连接还不能用：",
  previewRecord: (number: string): string => `源单据 ${number}`,
  previewDropped: (rule: string): string => `不写入：被规则丢弃（${rule}）`,
  previewRows: "源数据：",
  previewFields: "目标字段及来源：",
  previewFieldsTable: ["目标字段", "表达式", "取自", "结果", "备注"] as readonly string[],
  previewRequest: "将发送的请求（登录信息与签名在真正发送时加上，机密以 *** 代替）：",
  previewMerged: "多单合并成的目标单据：",
  previewNone: "源系统在读取窗口内没有单据。",
  previewNewColumns: "答复里有接口尚未声明的列（_autoFillResponse）：",
  previewNewColumnsTable: ["列", "类型", "样例"] as readonly string[],
  previewNothingWritten: "以上只是预览，没有写入任何系统。",
  recordsTable: ["单号", "状态", "外部单号", "目标单号", "阶段", "次数", "原因"] as readonly string[],
  recordsNone: "没有符合条件的单据。",
  recordsMore: (n: number): string => `只列出前 ${n} 单；用 --limit 列出更多。`,
  recordsCounts: "各状态单据数：",
  showMany: (n: number): string => `有 ${n} 张单据用这个号，可用 --flow 限定方案：`,
  showAsked: (n: string, flow: string): string => `账本里没有 ${n}，已按方案 ${flow} 询问源系统（没有写入）：`,
  showNotInSource: "源系统里没有这一单。",
  showLeftOut: "源系统里有这一单，但被方案自己的查询参数（source.params，如过滤条件、状态）排除，所以没有读入。",
  showNotInWindow: (from: string): string =>
    `源系统按方案的查询参数、从起点（${from}）至今都没有这一单：单号不对，早于起点，或被查询参数排除（如未审核）。该接口不能按单号查询，所以只能查到这里。`,
  showDropped: (rule: string): string => `源系统里有这一单，但会被规则“${rule}”丢弃。`,
  showProblem: (problem: string): string => `源系统里有这一单，但不能处理：${problem}`,
  showNeverRun: "源系统里有这一单；方案在这个数据文件夹里还没有运行过。",
  showOutside: (from: string, watermark: string): string =>
    `源系统里有这一单，但还没有读入：不在已读的时间窗里（起点 ${from}，已读到 ${watermark}）。比水位新的由下次运行读入；更早的可用 run --number 读入。`,
  retryDone: (n: number, skipped: number): string =>
    `已重新排队 ${n} 张目标单据${skipped > 0 ? `，${skipped} 张不处于失败状态，未动` : ""}`,
  doctorOk: "正常",
  doctorNode: "Node",
  doctorPostgres: "PostgreSQL",
  doctorWorkspace: "工作区",
  doctorFlow: (id: string): string => `方案 ${id}`,
  doctorConnection: (id: string): string => `连接 ${id}`,
  doctorIssues: (n: number): string => `${n} 个问题`,
};

interface DemoSums {
  readonly documents: number;
  readonly lines: number;
  readonly quantity: string;
  readonly amount: string;
}
