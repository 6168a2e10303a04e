// What Grafana's types say of a dashboard, for dashboards that are written as JSON: an enum is one
// of its values, and what is left out has Grafana's default.
import type * as grafana from '@grafana/schema';
import type { Options as StatOptions } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type { FieldConfig as TableField, Options as TableOptions } from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type { FieldConfig as TimeSeriesField, Options as TimeSeriesOptions } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

type Written<T> = T extends string
  ? `${T}`
  : T extends number | boolean | null | undefined
    ? T
    : T extends Array<infer Element>
      ? Written<Element>[]
      : { [Key in keyof T]?: Written<T[Key]> };

// The data source is a plugin with types of its own, which are not published.
type Target = Written<grafana.DataQuery> & {
  expr: string;
  refId: string;
  legendFormat?: string;
  format?: 'time_series' | 'table';
  instant?: boolean;
  range?: boolean;
  editorMode?: 'code';
};

type PanelOf<Name extends string, Options, Field> = Written<Omit<grafana.Panel, 'type' | 'options' | 'fieldConfig' | 'targets'>> & {
  type: Name;
  options: Written<Options>;
  fieldConfig: Written<grafana.FieldConfigSource<Field>>;
  targets: Target[];
};

type Panel = PanelOf<'stat', StatOptions, object> | PanelOf<'table', TableOptions, TableField> | PanelOf<'timeseries', TimeSeriesOptions, TimeSeriesField>;

type Row = Written<Omit<grafana.RowPanel, 'type' | 'panels'>> & { type: 'row'; panels: Panel[] };

// Lists of variables show the definition; only the editor writes it, so the types leave it out.
type Variable = Written<grafana.VariableModel> & { definition?: string };

export type Dashboard = Written<Omit<grafana.Dashboard, 'panels' | 'templating'>> & {
  panels: (Panel | Row)[];
  templating: { list: Variable[] };
};
