"""Writing the codes that ``embeddings.fast_scan`` searches, with bounded memory.

Memory, for n passages of d numbers: first the sample, as in ``embeddings.ivf_build``; then the
codes of all passages around centres, d / 4 + 8 bytes each and for a time twice that, and the same
in the order of the rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from embeddings.dense import faiss
from embeddings.fast_scan import RUN, open_by_centre, runs_for
from embeddings.half import HalfVectors
from embeddings.ivf_build import (
    ROUNDS,
    SEED,
    Progress,
    few_threads,
    measured,
    sample_of,
    write_index,
)
from embeddings.ivf_sizes import lists_for, parts_of

_BITS = 4
_BLOCK = 512 * RUN


def write_fast_scan(
    centres: Path,
    runs: Path,
    passages: HalfVectors,
    sentences: HalfVectors,
    *,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write both files of the codes of some passages, and measure how far they must be searched.

    Args:
        centres: to write the codes around centres to.
        runs: to write the codes in the order of the rows to.
        passages: to index; at least one.
        sentences: what the questions of the measurement are made from.
        progress: told of the passages dealt with.

    Returns:
        as ``embeddings.ivf_build.write_ivf``.

    Raises:
        OSError: the disk refuses.
    """
    with few_threads():
        by_centre = _trained(passages)
        by_row = _filled(by_centre, passages, progress)
        write_index(by_row, runs)
        del by_row
        write_index(by_centre, centres)
        del by_centre
        return measured(open_by_centre(centres, passages, nprobe=1, depth=1), sentences)


def _trained(passages: HalfVectors) -> Any:
    """An empty index around centres, which knows the values that stand for the parts of a vector.

    Codes are of the vectors themselves, not of what is left beyond their centres: the same table
    of products then serves every list of a search.
    """
    dim, sample = passages.dim, sample_of(passages)
    # The 16 values of a part need as many vectors to be found from.
    sample = np.tile(sample, (-(-(2**_BITS) // len(sample)), 1))
    index = faiss.IndexIVFPQFastScan(
        faiss.IndexFlatIP(dim),
        dim,
        lists_for(len(passages)),
        parts_of(dim, 2),
        _BITS,
        faiss.METRIC_INNER_PRODUCT,
        RUN,
    )
    index.by_residual = False
    index.cp.seed = index.pq.cp.seed = SEED
    index.pq.cp.niter = ROUNDS
    # Of a small index, forced to be of this kind, FAISS would complain on the terminal.
    index.cp.min_points_per_centroid = index.pq.cp.min_points_per_centroid = 1
    index.train(sample)
    return index


def _filled(by_centre: Any, passages: HalfVectors, progress: Progress | None) -> Any:
    """Add all passages to an index that ``_trained`` gave.

    Returns:
        a second index with the same codes in the order of the rows.
    """
    count, dim, parts = len(passages), passages.dim, int(by_centre.pq.M)
    by_row = faiss.IndexIVFPQFastScan(
        # A search is told its lists: there are no centres.
        faiss.IndexFlatIP(dim),
        dim,
        runs_for(count),
        parts,
        _BITS,
        faiss.METRIC_INNER_PRODUCT,
        RUN,
    )
    by_row.by_residual = False
    by_row.pq = by_centre.pq
    by_row.is_trained = True
    lists = faiss.downcast_InvertedLists(by_row.invlists)
    packer = faiss.IndexPQFastScan(dim, parts, _BITS, faiss.METRIC_INNER_PRODUCT, RUN)
    packer.pq = by_centre.pq
    packer.is_trained = True
    for first in range(0, count, _BLOCK):
        numbers = np.arange(first, min(first + _BLOCK, count))
        block = passages.rows(numbers)
        by_centre.add_with_ids(block, numbers)
        packer.reset()
        packer.add(block)
        packed = faiss.rev_swig_ptr(packer.codes.get(), packer.codes.size())
        for at, codes in enumerate(packed.reshape(runs_for(len(block)), -1)):
            run = numbers[at * RUN : (at + 1) * RUN]
            # Codes of an empty list are taken as they are packed.
            lists.add_entries(
                first // RUN + at, len(run), faiss.swig_ptr(run), faiss.swig_ptr(codes)
            )
        if progress is not None:
            progress(first + len(block), count)
    by_row.ntotal = count
    return by_row
