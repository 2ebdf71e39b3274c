"""Reads Parquet files with pyarrow and tells, as one JSON object, their columns, types and rows."""

import json
import sys

import pyarrow.parquet as pq

answer = {}
for path in sys.argv[1:]:
    table = pq.read_table(path)
    answer[path] = {
        "types": {field.name: str(field.type) for field in table.schema},
        "rows": table.to_pylist(),
    }
json.dump(answer, sys.stdout)
