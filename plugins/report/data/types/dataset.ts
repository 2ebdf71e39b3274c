/** A dataset, without its examples. */
export interface DatasetPage {
  readonly name: string | null;
  readonly size: number;
  readonly digest: string;
  readonly fields: readonly string[];
}
