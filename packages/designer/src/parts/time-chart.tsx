/** Amounts over time as bars or a line. ECharts with only what this needs; loaded beside the page, drawn again when size or shade change. */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use as useParts } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useShade } from "../look/look.tsx";

useParts([BarChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

interface TimeChartProps {
  readonly kind: "bar" | "line";
  /** Epoch ms and the amount, in order. */
  readonly points: readonly (readonly [number, number])[];
  /** What is shown, with its sum, for those who do not see it. */
  readonly label: string;
  readonly height: number;
}

export function TimeChart({ kind, points, label, height }: TimeChartProps) {
  const frame = useRef<HTMLDivElement | null>(null);
  const { shade } = useShade();
  useEffect(() => {
    if (frame.current === null) return undefined;
    const chart = init(frame.current);
    const ink = shade === "light" ? "#4a5361" : "#b4bcc7";
    const line = shade === "light" ? "#e3e8ee" : "#2b3036";
    chart.setOption({
      animation: false,
      grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
      tooltip: { trigger: "axis", confine: true },
      xAxis: { type: "time", axisLabel: { color: ink, hideOverlap: true }, axisLine: { lineStyle: { color: line } } },
      yAxis: { type: "value", minInterval: 1, axisLabel: { color: ink }, splitLine: { lineStyle: { color: line } } },
      series: [
        {
          type: kind,
          data: points.map((point) => [...point]),
          color: shade === "light" ? "#0b5cad" : "#5aa2ec",
          showSymbol: false,
          ...(kind === "line" ? { areaStyle: { opacity: 0.15 } } : { barMaxWidth: 22 }),
        },
      ],
    });
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(frame.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [kind, points, shade]);
  return <div ref={frame} role="img" aria-label={label} style={{ height }} />;
}
