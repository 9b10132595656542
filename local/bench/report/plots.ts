import { type EChartsOption, init, type SeriesOption } from "echarts";
import type { FaultResult } from "../faults";
import type { LoadResult } from "../results";

const SIZE = { width: 760, height: 320 };
const COLOURS = ["#1f5f99", "#c2571a", "#3f8f4f", "#7b4fa3", "#9b8b1d", "#555555"];

/** Share of rows over the time they took, one line for each rate; dashed until Kafka, drawn through until S3. */
export function latencyPlot(loads: readonly Pick<LoadResult, "rate" | "cumulative">[]): string {
  const series = loads.flatMap(({ rate, cumulative }, index): SeriesOption[] => {
    const line = (name: string, points: [number, number][], type: "solid" | "dashed"): SeriesOption => ({
      type: "line",
      name: `${rate} rows/s ${name}`,
      data: points.map(([milliseconds, share]) => [Math.max(1, milliseconds), share * 100]),
      showSymbol: false,
      color: COLOURS[index % COLOURS.length],
      lineStyle: { type, width: 2 },
    });
    return [line("in Kafka", cumulative.toTopic, "dashed"), line("in S3", cumulative.toObject, "solid")];
  });
  return render({
    xAxis: { ...axis("milliseconds after the commit"), type: "log", min: 1 },
    yAxis: { ...axis("% of rows"), max: 100 },
    series,
  });
}

/** Events a second over time. */
export function ratePlot(
  perSecond: LoadResult["perSecond"],
  fault?: Pick<FaultResult, "brokenAt" | "mendedAt">,
): string {
  const names = { committed: "committed", inTopic: "in Kafka", inStore: "in S3" } as const;
  const series = (Object.keys(names) as (keyof typeof names)[]).map((name, index): SeriesOption => ({
    type: "line",
    name: names[name],
    data: perSecond[name].map((count, second) => [second, count]),
    showSymbol: false,
    color: COLOURS[index],
    lineStyle: { width: 1.5 },
    ...(fault !== undefined && index === 0 ? { markArea: faultArea(fault) } : {}),
  }));
  return render({ xAxis: { ...axis("seconds"), type: "value" }, yAxis: axis("events a second"), series });
}

function faultArea({ brokenAt, mendedAt }: Pick<FaultResult, "brokenAt" | "mendedAt">): object {
  return {
    itemStyle: { color: "#00000018" },
    label: { formatter: "fault", color: "#555555" },
    data: [[{ xAxis: brokenAt }, { xAxis: mendedAt }]],
  };
}

function axis(name: string): object {
  return { name, nameLocation: "middle", nameGap: 42, nameTextStyle: { color: "#333333" } };
}

/** ECharts draws SVG text without a browser. */
function render(option: EChartsOption): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, ...SIZE });
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    grid: { left: 80, right: 24, top: 40, bottom: 60 },
    legend: { top: 4 },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
