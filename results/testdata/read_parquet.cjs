// Prints a Parquet file as DuckDB reads it: a line "name TYPE" a column, then a line a row,
// a tab between values.
const { DuckDBInstance } = require("@duckdb/node-api");

(async () => {
  const db = await (await DuckDBInstance.create()).connect();
  const read = await db.runAndReadAll(`select * from '${process.argv[2]}'`);
  const types = read.columnTypes().map(String);
  read.columnNames().forEach((name, i) => console.log(name, types[i]));
  for (const row of read.getRows()) {
    console.log(row.map((value) => (value === null ? "NULL" : String(value))).join("\t"));
  }
})();
