"""Write the table of what torchvision and timm publish: `python -m sftviz.models.tabulate`.

To be run anew when either is brought up to date; it takes about eight minutes and needs no network.
"""

from collections.abc import Iterator
from dataclasses import replace

import timm
import torchvision
from tqdm import tqdm

from sftviz.errors import ModelError
from sftviz.models.backbone import Backbone
from sftviz.models.describing import counted, timm_facts, torchvision_facts
from sftviz.models.published import write_table


def describe_all() -> Iterator[Backbone]:
    """Everything that can be used; what cannot is told and left out."""
    models = torchvision.models
    for architecture in tqdm(models.list_models(module=models)):
        for weights in models.get_model_weights(architecture):
            # Without class names it is no classifier.
            if weights.meta["categories"]:
                yield counted(torchvision_facts(architecture, weights.name))
    yield from _of_timm()


def _of_timm() -> Iterator[Backbone]:
    known: dict[tuple[object, ...], Backbone] = {}
    for name in tqdm(timm.list_models(pretrained=True)):
        try:
            facts = timm_facts(name)
            # Weights of one architecture mostly differ in nothing that counts.
            decides = name.partition(".")[0], facts.preprocessing.crop, facts.num_classes, facts.head
            alike = known[decides] = known.get(decides) or counted(facts)
        except ModelError as error:
            tqdm.write(str(error))
        else:
            yield replace(
                facts,
                million_parameters=alike.million_parameters,
                gmac=alike.gmac,
                file_mib=alike.file_mib,
                blocks=alike.blocks,
                is_transformer=alike.is_transformer,
            )


if __name__ == "__main__":
    write_table(list(describe_all()))
