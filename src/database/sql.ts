/** The right to run statements in one transaction or read: all that a dialect needs of it. Worthless after it. */
export interface Sql {
  /** Runs a SELECT and returns its rows. */
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Runs any other statement and returns how many rows it matched. */
  execute(sql: string, parameters?: readonly unknown[]): Promise<number>;
  /** Runs such a statement for each set of parameters and returns how many rows it matched: what an embedded database does fast. */
  executeEach(sql: string, sets: readonly (readonly unknown[])[]): Promise<number>;
}
