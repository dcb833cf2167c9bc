"""Reads with NumPy, pandas and polars what scrat wrote into a folder: python check.py FOLDER

The test `python_reads_what_is_written_here` writes the folder, and runs this.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa


def main(folder):
    expected = np.array([[1.5, -0.0, np.nan], [np.inf, 5.0, 6.0]])
    array = np.load(folder / "array.npy")
    np.testing.assert_array_equal(array, expected)
    assert array.flags.f_contiguous and np.signbit(array[0, 1])
    np.testing.assert_array_equal(np.loadtxt(folder / "array.csv", delimiter=","), expected)

    matrix = np.load(folder / "matrix.npy")
    assert matrix.dtype == np.int32
    np.testing.assert_array_equal(matrix, [[1, 2, 3], [4, 5, 6]])

    frame = pl.DataFrame({"name": ["oak", None], "share": [0.5, None], "count": [1, 2]}, schema_overrides={"count": pl.Int32})
    assert pl.read_ipc(folder / "frame.arrow").equals(frame)
    assert pl.read_parquet(folder / "frame.parquet").equals(frame)
    assert pl.read_csv(folder / "frame.csv", schema_overrides={"count": pl.Int32}).equals(frame)
    assert pd.read_feather(folder / "frame.arrow")["name"].isna().tolist() == [False, True]

    for name, read in [("batch.arrow", pd.read_feather), ("batch.parquet", pd.read_parquet)]:
        batch = read(folder / name)
        assert batch["name"][0] == "oak" and batch["share"].isna().tolist() == [False, True], name
    with pa.ipc.open_file(folder / "batch.arrow") as file:
        assert file.read_all().num_rows == 2


if __name__ == "__main__":
    main(Path(sys.argv[1]))
