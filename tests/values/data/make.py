"""Makes the files in this folder, which the tests read: python make.py

They were made with NumPy 2.3, pandas 3.0, polars 1.36 and pyarrow 23; other versions write other bytes, and the same values.
"""

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

HERE = Path(__file__).parent


def main():
    table = np.array([[1.5, -0.0, np.nan], [np.inf, 5.0, 6.0]])
    np.save(HERE / "numpy_c.npy", table)
    np.save(HERE / "numpy_fortran.npy", np.asfortranarray(table))
    np.save(HERE / "numpy_big_endian.npy", np.arange(6, dtype=">i4").reshape(1, 2, 3))
    np.save(HERE / "numpy_scalar.npy", np.uint8(7))
    np.save(HERE / "numpy_bool.npy", np.array([True, False]))
    np.save(HERE / "numpy_empty.npy", np.zeros((0, 3), dtype=np.float32))

    columns = {
        "name": ["oak", None, "a, \"b\"\n"],
        "count": [1, 2, None],
        "share": [0.5, float("nan"), None],
        "is_old": [True, None, False],
        "day": [date(2024, 2, 29), None, date(1969, 12, 31)],
        "at": [datetime(2024, 2, 29, 12, 30, 0, 123456), None, datetime(1969, 12, 31)],
    }
    frame = pl.DataFrame(columns, schema_overrides={"count": pl.Int32})
    frame.write_ipc(HERE / "polars.arrow", compression="uncompressed", compat_level=pl.CompatLevel.oldest())
    frame.write_ipc(HERE / "polars_views.arrow", compression="uncompressed", compat_level=pl.CompatLevel.newest())
    frame.write_parquet(HERE / "polars.parquet", compression="uncompressed")

    arrow = pa.table({name: values for name, values in columns.items()}, schema=pa.schema({
        "name": pa.string(),
        "count": pa.int32(),
        "share": pa.float64(),
        "is_old": pa.bool_(),
        "day": pa.date32(),
        "at": pa.timestamp("us"),
    }))
    pandas = arrow.to_pandas(types_mapper=pd.ArrowDtype)
    assert list(pandas.columns) == list(columns)
    pandas.to_feather(HERE / "pandas.arrow", compression="uncompressed")
    pandas.to_parquet(HERE / "pandas.parquet", compression=None)


if __name__ == "__main__":
    main()
