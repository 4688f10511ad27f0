"""One joint map of pictures before and after 1 % of noise, by one library: LIBRARY PICTURES."""

import json
import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sftviz.embeddings.project import project
from sftviz.results import Embedded, FloatArray, Source

_WIDTH, _NUM_CLUSTERS = 256, 20
_NUM_COMPONENTS = 50  # what each of the others is given: the usual way, and theirs to time
_WARM_UP = 100


def made_up_pair(num_pictures: int) -> tuple[FloatArray, FloatArray]:
    """Embeddings in clusters, and the same with 1 % of noise."""
    random = np.random.default_rng(0)
    centres = random.normal(size=(_NUM_CLUSTERS, _WIDTH))
    before = centres[np.arange(num_pictures) % _NUM_CLUSTERS] + random.normal(size=(num_pictures, _WIDTH))
    after = before + 0.01 * before.std() * random.normal(size=before.shape)
    return before.astype(np.float32), after.astype(np.float32)


def by_sftviz(before: FloatArray, after: FloatArray) -> NDArray[np.floating]:
    """The map as the page shows it."""
    count = len(before)
    names, nobody = tuple(map(str, range(count))), np.zeros(count, np.int64)
    said = np.ones((count, 1), np.float32)
    pair = [
        Embedded(Source("made up", epoch), ("all",), names, nobody, said, rows)
        for epoch, rows in enumerate((before, after))
    ]
    return project(pair, "tsne").points_EN2.reshape(-1, 2)


def _components(before: FloatArray, after: FloatArray) -> NDArray[np.float32]:
    from sklearn.decomposition import PCA

    rows = np.concatenate([before, after])
    found: NDArray[np.float32] = PCA(_NUM_COMPONENTS, random_state=0).fit_transform(rows)
    return found


def by_scikit_learn(before: FloatArray, after: FloatArray) -> NDArray[np.floating]:
    """Barnes-Hut t-SNE, begun from principal components."""
    from sklearn.manifold import TSNE

    found: NDArray[np.floating] = TSNE(init="pca", random_state=0).fit_transform(_components(before, after))
    return found


def by_umap(before: FloatArray, after: FloatArray) -> NDArray[np.floating]:
    """UMAP, seeded, as the others are."""
    import umap

    found: NDArray[np.floating] = umap.UMAP(random_state=0, n_jobs=1).fit_transform(_components(before, after))
    return found


def by_opentsne(before: FloatArray, after: FloatArray) -> NDArray[np.floating]:
    """FFT-accelerated t-SNE on two threads."""
    import openTSNE

    return np.asarray(openTSNE.TSNE(random_state=0, n_jobs=2).fit(_components(before, after)))


LIBRARIES: dict[str, Callable[[FloatArray, FloatArray], NDArray[np.floating]]] = {
    "sftviz": by_sftviz,
    "scikit-learn": by_scikit_learn,
    "umap-learn": by_umap,
    "openTSNE": by_opentsne,
}


def main(library: str, num_pictures: int) -> None:
    """Print seconds, and how far the points moved on average, in radii of the map."""
    fit = LIBRARIES[library]
    fit(*made_up_pair(_WARM_UP))  # what is imported and compiled is not timed
    pair = made_up_pair(num_pictures)
    started_at = time.perf_counter()
    points = fit(*pair)
    seconds = time.perf_counter() - started_at
    radius = np.sqrt(np.square(points - points.mean(axis=0)).sum(axis=1).mean())
    moved = np.linalg.norm(points[:num_pictures] - points[num_pictures:], axis=1) / radius
    print(json.dumps({"s": seconds, "moved": float(moved.mean()), "most": float(moved.max())}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
