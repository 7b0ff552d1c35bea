/** Texts of the demo environment. */
import { counted } from "./counted.ts";
import { both } from "./language.tsx";

export const demoTexts = both(
  {
    offer: "填入演示数据",
    about: "一键在本机启动模拟的聚水潭、金蝶、旺店通等系统，建好连接与五个方案并执行一次；都带“演示”字样，随时可删。",
    busy: "正在启动模拟系统、建立连接与方案…",
    done: (flows: number) => `演示已就绪：${flows} 个方案正在执行`,
    here: (flows: number) => `本工作区有 ${flows} 个演示方案，连着本机的模拟系统，不是真实数据`,
    toFlows: "查看方案",
  },
  {
    offer: "Fill in the demo",
    about:
      "With one click simulated systems (Jushuitan, Kingdee, Wangdiantong …) start on this machine, with connections and five flows that run once; all are marked as demo and may be removed.",
    busy: "Starting the simulated systems, making connections and flows…",
    done: (flows: number) => `The demo is ready, with ${counted(flows, "flow")} at work`,
    here: (flows: number) =>
      `This workspace has ${counted(flows, "demo flow")} between simulated systems on this machine; these are no real data`,
    toFlows: "See the flows",
  },
);
