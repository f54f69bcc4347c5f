"""Loads a folder of Parquet files with DuckDB alone, one table for each: python plain_load.py FOLDER DATABASE."""

import pathlib
import sys

import duckdb

folder, database = sys.argv[1:]
with duckdb.connect(database) as connection:
    for file in sorted(pathlib.Path(folder).glob("*.parquet")):
        connection.execute(f'CREATE TABLE {file.stem} AS SELECT * FROM read_parquet(?)', [str(file)])
